"""Run a command inside a running inner container by the engine's API. Standard library alone."""

import os
import signal
from typing import Any

from slipway.grading.observer import docker_api, limits, streams

# With these the engine says that it could not run a program; by these words it is told from one that ends so itself.
_NOT_RUN = {126, 127}
_WORDS = b"OCI runtime exec failed"


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
    if ended is None or (ended in _NOT_RUN and stdout.startswith(_WORDS)):
        raise limits.CannotObserveError(
            f"{argv[0]} could not be run in {container} ({limits.text(stdout).strip()[:200]})"
        )
    return {"exit_status": ended, "stdout": limits.text(stdout), "stderr": limits.text(stderr)}


def _kill(path: str) -> None:
    """End a command that goes on: the engine tells its process, which is one of this machine."""
    pid = int((docker_api.get(f"{path}/json") or {}).get("Pid") or 0)
    if pid > 1:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
