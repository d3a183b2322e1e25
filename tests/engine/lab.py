"""A bench for tests with real machines."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import docker

from slipway.engine import hosting
from slipway.engine.container import EngineContainer
from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import ExecResult, MachineSpec


@dataclass
class Lab:
    """Start machines, run scripts in them, look at the engine from its host."""

    engine: DockerEngine
    container: EngineContainer
    image: str
    names: set[str] = field(default_factory=set)

    def start(self, name: str, **changes: Any) -> MachineSpec:
        """Start a machine on a disk of its name."""
        self.names.add(name)
        spec = replace(MachineSpec(name, name, self.image), **changes)
        self.engine.start_machine(spec)
        return spec

    def reset(self, name: str, **changes: Any) -> MachineSpec:
        """Start a machine on a new disk."""
        self.engine.stop_machine(name)
        self.engine.delete_disk(name)
        return self.start(name, **changes)

    def attempt(self, name: str, script: str, seconds: float = 60) -> ExecResult:
        """Run a bash script as the machine's root."""
        return self.engine.run(name, ["bash", "-c", script], timeout_seconds=seconds)

    def sh(self, name: str, script: str, seconds: float = 60) -> str:
        """Run a bash script that must succeed; return all it wrote."""
        result = self.attempt(name, f"exec 2>&1; set -e; {script}", seconds)
        output = result.stdout.decode(errors="replace")
        assert result.exit_status == 0, output[-2000:]
        return output

    @property
    def disks_folder(self) -> Path:
        """The folder of the disks, as the host sees it."""
        api = hosting.connect()
        try:
            volumes = self.container.volumes
            [name] = [name for name, place in volumes.items() if place == "/var/lib/slipway"]
            return Path(api.inspect_volume(name)["Mountpoint"]) / "disks"
        finally:
            api.close()

    def on_engine(self, script: str) -> str:
        """Run a script in the engine's container, as the engine's root."""
        api = hosting.connect()
        try:
            return execute(api, self.container.name, script)
        finally:
            api.close()

    def clear(self) -> None:
        """Remove all machines and disks that were started here."""
        for name in self.names:
            self.engine.stop_machine(name)
            self.engine.delete_disk(name)


def execute(api: docker.APIClient, container: str, script: str) -> str:
    """Run a script in a container of the host's engine and return its output."""
    execution = api.exec_create(container, ["sh", "-c", script])["Id"]
    output: bytes = api.exec_start(execution)
    return output.decode(errors="replace").strip()
