"""The host's Docker Engine: found running, started by systemd, or kept running by a supervisord of the machine."""

import shutil
import time
from pathlib import Path

from slipway.command import dockerhost, versions
from slipway.command.dockerhost import HostEngine
from slipway.command.errors import CommandError
from slipway.command.steplog import StepLog
from slipway.command.supervisor.configuration import Program
from slipway.command.supervisor.control import Supervision

# One engine serves all installations of a machine, so what keeps it running belongs to none of them.
MACHINE = Supervision(
    identifier="slipway-dockerd", folder=Path("/run/slipway-dockerd"), logs=Path("/var/log/slipway-dockerd")
)
PATIENCE_SECONDS = 60.0
MINIMUM_API = "1.41"


def ensure(log: StepLog) -> str:
    """Return which engine answers, started if need be; never a second one beside one that answers."""
    engine = dockerhost.find() or _start(log)
    if not versions.at_least(engine.api, MINIMUM_API):
        raise CommandError(
            f"the host's Docker Engine {engine.version} speaks API {engine.api}.", "upgrade Docker to 20.10 or later."
        )
    return f"Docker {engine.version}"


def stop_own() -> str:
    """End the engine that `up` started, unless somebody's containers run on it; return what was done, if anything."""
    states = MACHINE.states()
    if not states and not MACHINE.orphans():
        return ""
    engine = dockerhost.find()
    if engine and engine.running:
        return f"The Docker Engine goes on: {engine.running} containers of others run on it."
    MACHINE.stop()
    return "The Docker Engine that ./slipway up had started is stopped."


def _start(log: StepLog) -> HostEngine:
    if Path("/run/systemd/system").is_dir():
        log.run(["systemctl", "start", "docker"])
        return _wait("journalctl -u docker -n 50")
    program = shutil.which("dockerd")
    if program is None:
        raise CommandError("no dockerd is on the PATH.", "install Docker: apt-get install docker.io")
    # Sandboxes live below the engine container, which ends in its own time when dockerd is asked to end.
    MACHINE.apply([Program("dockerd", [program], stop_seconds=60, stops_as_group=False)], log)
    return _wait("tail -n 50 /var/log/slipway-dockerd/dockerd.log")


def _wait(look: str) -> HostEngine:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if engine := dockerhost.find():
            return engine
        time.sleep(0.2)
    raise CommandError(f"the Docker Engine does not answer after {PATIENCE_SECONDS:.0f} s.", f"see why: {look}")
