"""The floor of a cold start: the same calls to the engine in a bare script, without queue, database or retries."""

import secrets
import time
from pathlib import Path

import docker

from slipway.engine import machine_config, programs
from slipway.engine.port import MachineSpec

VERSION = "1.45"
SECCOMP = Path(__file__).parents[2] / "sandboxes" / "seccomp.json"


class BareSdk:
    """Create, start, wait, remove; nothing else."""

    def __init__(self, socket: Path, image: str) -> None:
        self._api = docker.APIClient(f"unix://{socket}", version=VERSION)
        self._image = image
        self._seccomp = SECCOMP.read_text()

    def start(self) -> tuple[float, str]:
        """Start a machine on a new disk; return the milliseconds until its inner Docker answered, and both names."""
        name = f"bench-{secrets.token_hex(4)}"
        spec = MachineSpec(name=name, disk=name, image=self._image)
        begin = time.perf_counter()
        host_config = self._api.create_host_config(**machine_config.host_options(spec, self._seccomp))
        host_config["Annotations"] = machine_config.annotations(spec)
        created = self._api.create_container(
            spec.image,
            name=spec.name,
            hostname=spec.hostname,
            host_config=host_config,
            labels=machine_config.labels(spec),
        )
        self._api.start(created["Id"])
        ready = self._api.exec_create(spec.name, programs.command("ready", "20"))
        self._api.exec_start(ready["Id"])
        if self._api.exec_inspect(ready["Id"])["ExitCode"]:
            raise RuntimeError(f"{spec.name}: the inner Docker does not answer")
        return (time.perf_counter() - begin) * 1000, spec.name

    def close(self) -> None:
        """Close the connections."""
        self._api.close()
