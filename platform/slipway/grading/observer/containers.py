"""Observe inner containers, images, networks and volumes. Standard library alone: it runs in the sandbox."""

import re
from collections.abc import Mapping
from typing import Any

from slipway.grading.observer import docker_api, limits, streams

_ONE = {"image": ("images", "reference"), "network": ("networks", "name"), "volume": ("volumes", "name")}


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the engine knows of one thing, with `exists`; or all matching containers, with `count`."""
    kind = spec["kind"]
    if kind == "containers":
        return _all(spec)
    if kind == "container":
        return _container(spec)
    collection, name = _ONE[kind]
    suffix = ("json",) if kind == "image" else ()
    found = docker_api.get(docker_api.path_of(collection, spec[name], *suffix))
    return {"exists": True, **found} if isinstance(found, dict) else {"exists": False}


def inspect(name: str) -> dict[str, Any] | None:
    """Return what the engine knows of a container, or None. Its name comes without the leading slash."""
    found = docker_api.get(docker_api.path_of("containers", name, "json"))
    if not isinstance(found, dict):
        return None
    found["Name"] = str(found.get("Name", "")).removeprefix("/")
    return found


def pid_of(name: str) -> int:
    """Return the process of a running container. Raise `CannotObserveError` when it does not run."""
    found = inspect(name)
    if found is None:
        raise limits.CannotObserveError(f"there is no container {name}")
    pid = int((found.get("State") or {}).get("Pid") or 0)
    if pid <= 0:
        raise limits.CannotObserveError(f"the container {name} does not run")
    return pid


def _container(spec: Mapping[str, Any]) -> dict[str, Any]:
    found = inspect(spec["name"])
    if found is None:
        return {"exists": False}
    fact = {"exists": True, **found}
    if "logs" in spec["wants"]:
        path = docker_api.path_of("containers", spec["name"], "logs") + "?stdout=1&stderr=1&tail=500"
        status, body = docker_api.call("GET", path, max_bytes=4 * limits.MAX_TEXT_BYTES)
        stdout, stderr = streams.split(body)
        if status < 400:  # noqa: PLR2004  (HTTP's errors: such as a logging driver that cannot be read)
            fact["logs"] = limits.text((stdout + stderr)[-limits.MAX_TEXT_BYTES :])
    return fact


def _all(spec: Mapping[str, Any]) -> dict[str, Any]:
    name = re.compile(spec["name"])
    listed = docker_api.get("/containers/json?all=1") or []
    names = [str(names[0]).removeprefix("/") for names in (entry.get("Names") for entry in listed) if names]
    wanted = sorted(found for found in names if name.search(found))
    items = [item for item in (inspect(found) for found in wanted[: limits.MAX_LISTED * 2]) if item]
    matching = [item for item in items if _matches(item, spec["image"], spec["label"])]
    return {"count": len(matching), "items": [_slim(item) for item in matching[: limits.MAX_LISTED]]}


def _matches(item: dict[str, Any], image: str, label: str) -> bool:
    config = item.get("Config") or {}
    if image and image not in {config.get("Image"), item.get("Image")}:
        return False
    key, equals, value = label.partition("=")
    labels = config.get("Labels") or {}
    return not label or (key in labels and (not equals or labels[key] == value))


def _slim(value: Any) -> Any:
    """Leave out what is null or empty: it is absent, and a list of containers must stay small."""
    if isinstance(value, dict):
        slim = {key: _slim(item) for key, item in value.items()}
        return {key: item for key, item in slim.items() if item is not None and item not in ("", [], {})}
    return [_slim(item) for item in value] if isinstance(value, list) else value
