"""Run a command inside a running inner container by the engine's API. Standard library alone."""

import os
import signal
from typing import Any

from slipway.grading.observer import docker_api, limits, streams


def run(container: str, argv: list[str], user: str, seconds: float) -> dict[str, Any]:
    """Return exit status and output. As `root` it runs as the container's own user. Raise `CannotObserveError`."""
    order = {"AttachStdout": True, "AttachStderr": True, "Cmd": argv, "User": "" if user == "root" else user}
    made = docker_api.post(docker_api.path_of("containers", container, "exec"), order)
    path = docker_api.path_of("exec", made["Id"])
    try:
        status, body = docker_api.call("POST", f"{path}/start", {"Detach": False, "Tty": False}, seconds=seconds)
    except limits.CannotObserveError:
        _kill(path)
        raise limits.CannotObserveError(f"it took longer than {seconds:g} s") from None
    if status >= 400:  # noqa: PLR2004  (HTTP's errors)
        docker_api.parsed(status, body)
    stdout, stderr = streams.split(body)
    ended = (docker_api.get(f"{path}/json") or {}).get("ExitCode")
    return {"exit_status": ended, "stdout": limits.text(stdout), "stderr": limits.text(stderr)}


def _kill(path: str) -> None:
    """End a command that goes on: the engine tells its process, which is one of this machine."""
    pid = int((docker_api.get(f"{path}/json") or {}).get("Pid") or 0)
    if pid > 1:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
