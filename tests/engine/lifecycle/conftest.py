"""An installation in memory whose engine is real: the queue is worked off by hand, machines are true ones."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest
from pytest_django import Settings

from slipway import bus
from slipway.engine import hosting
from slipway.engine.container import EngineContainer
from slipway.engine.docker_engine import DockerEngine
from slipway.sandboxes import engines, names, queues
from tests.unit.sandboxes.world import Queue


@dataclass
class Place:
    """A real engine, and the queue and events of the installation that uses it."""

    engine: DockerEngine
    container: EngineContainer
    queue: Queue
    events: list[dict[str, Any]]
    home: Path

    def sh(self, machine: str, script: str) -> str:
        """Run a script in a machine and return what it printed."""
        done = self.engine.run(machine, ["/bin/sh", "-c", script])
        assert done.exit_status == 0, done.stderr
        return done.stdout.decode().strip()

    def kill(self, machine: str) -> None:
        """Kill a machine's first process by SIGKILL, from outside."""
        inner = docker.APIClient(f"unix://{self.container.socket}")
        host = hosting.connect()
        try:
            pid = inner.inspect_container(machine)["State"]["Pid"]
            execution = host.exec_create(self.container.name, ["sh", "-c", f"kill -9 {pid}"])["Id"]
            host.exec_start(execution)
        finally:
            inner.close()
            host.close()

    def machines(self) -> set[str]:
        """Return the machines that run."""
        return {machine.name for machine in self.engine.machines() if machine.running}

    def disks(self) -> set[str]:
        """Return the disks of sandboxes, and what is kept of them."""
        return {disk.name for disk in self.engine.disks() if names.machine_of(disk.name)}


@pytest.fixture
def place(  # noqa: PLR0913, PLR0917  (fixtures that build one another)
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    tmp_path: Path,
    docker_engine: DockerEngine,
    engine_container: EngineContainer,
    tags: dict[str, str],
) -> Iterator[Place]:
    """Give an installation on a real engine; its machines and disks are removed afterwards."""
    place = Place(docker_engine, engine_container, Queue(), [], tmp_path)
    settings.HOME = tmp_path
    settings.ENGINE_SOCKET = str(engine_container.socket)
    monkeypatch.setattr(engines, "connect", lambda socket: docker_engine)
    monkeypatch.setattr(queues, "_send", place.queue.take)
    monkeypatch.setattr(bus, "_send", lambda group, message: place.events.append(message))
    (tmp_path / "images.json").write_text(json.dumps({"lab-docker": tags["lab-docker"]}), encoding="utf-8")
    yield place
    for machine in docker_engine.machines():
        if names.is_machine(machine.name):
            docker_engine.stop_machine(machine.name)
    for disk in place.disks():
        docker_engine.delete_disk(disk)
