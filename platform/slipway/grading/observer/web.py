"""Make one HTTP request from inside the machine. Standard library alone: it runs in the sandbox."""

import http.client
import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from slipway.grading.observer import containers, limits


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return status, headers and body, or `error` when nobody answers: that is an observation too."""
    if spec["in_container"]:
        return _in_network_of(containers.pid_of(spec["in_container"]), spec)
    return _ask(spec)


def _ask(spec: Mapping[str, Any]) -> dict[str, Any]:
    parts = urlsplit(spec["url"])
    if parts.scheme != "http" or not parts.hostname:
        raise limits.CannotObserveError(f"{spec['url']} is no address to ask")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"User-Agent": "slipway-check", "Connection": "close"} | ({"Host": spec["host"]} if spec["host"] else {})
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=float(spec["timeout_seconds"]))
    try:
        connection.request(spec["method"], target, headers=headers)
        answer = connection.getresponse()
        body = answer.read(limits.MAX_TEXT_BYTES)
    except TimeoutError:
        return {"error": f"no answer within {spec['timeout_seconds']:g} s"}
    except OSError as error:
        return {"error": (error.strerror or str(error)).lower()}
    except http.client.HTTPException as error:
        return {"error": f"no HTTP ({type(error).__name__})"}
    finally:
        connection.close()
    names = {name.lower(): value[:2000] for name, value in answer.getheaders()[: limits.MAX_LISTED]}
    return {"status": answer.status, "headers": names, "body": limits.text(body)}


def _in_network_of(pid: int, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Ask from a process of its own that has moved into the container's network; there is no way back from there."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setns(os.open(f"/proc/{pid}/ns/net", os.O_RDONLY), os.CLONE_NEWNET)  # type: ignore[attr-defined]  # 3.12
            os.write(writer, limits.json_bytes(_ask(spec)))
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    try:
        return dict(json.loads(answer))
    except ValueError:
        raise limits.CannotObserveError("its network could not be entered") from None
