"""The host's own Docker Engine, asked over its socket without any client."""

import http.client
import json
import os
import socket
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from slipway.command.errors import CommandError

DEFAULT_SOCKET = "/var/run/docker.sock"


@dataclass(frozen=True, slots=True)
class HostEngine:
    """What the host's engine says of itself. `running` is the number of its running containers."""

    version: str
    api: str
    root: Path
    driver: str
    registry: str
    running: int


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout_seconds: float) -> None:
        super().__init__("localhost", timeout=timeout_seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def socket_path() -> str:
    """Return the socket that DOCKER_HOST names, or the usual one; raise `CommandError` for an engine elsewhere."""
    host = os.environ.get("DOCKER_HOST", f"unix://{DEFAULT_SOCKET}")
    if not host.startswith("unix://"):
        raise CommandError(
            f"DOCKER_HOST is {host}: Slipway shares folders with its engine, which must be on this machine.",
            "unset DOCKER_HOST, or let it name a unix socket.",
        )
    return host.removeprefix("unix://")


def find(timeout_seconds: float = 5.0) -> HostEngine | None:
    """Return the host's engine, or None when none answers."""
    try:
        version, info = _get("/version", timeout_seconds), _get("/info", timeout_seconds)
    except (OSError, HTTPException, ValueError):
        return None
    return HostEngine(
        version=str(version.get("Version", "")),
        api=str(version.get("ApiVersion", "")),
        root=Path(info.get("DockerRootDir", "/var/lib/docker")),
        driver=str(info.get("Driver", "")),
        registry=str(info.get("IndexServerAddress", "")),
        running=int(info.get("ContainersRunning", 0)),
    )


def _get(path: str, timeout_seconds: float) -> dict[str, Any]:
    connection = _UnixConnection(socket_path(), timeout_seconds)
    try:
        connection.request("GET", path)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer
    finally:
        connection.close()
