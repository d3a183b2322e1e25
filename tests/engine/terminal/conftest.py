"""A machine for the tests of terminals."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from slipway.engine.container import EngineContainer
from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import MachineSpec
from tests.engine.terminal.link import Link

MACHINE = "test-terminal"
_numbers = count()


@pytest.fixture(scope="session")
def machine(docker_engine: DockerEngine, tags: dict[str, str]) -> Iterator[str]:
    """Give a running machine."""
    docker_engine.start_machine(MachineSpec(MACHINE, MACHINE, tags["lab-docker"]))
    yield MACHINE
    docker_engine.stop_machine(MACHINE)
    docker_engine.delete_disk(MACHINE)


@pytest.fixture
def link(engine_container: EngineContainer, machine: str) -> Callable[..., Link]:
    """Give pages of one terminal that no other test uses."""
    name = f"t{next(_numbers)}"
    return lambda **options: Link(engine_container.socket, machine, **{"name": name, **options})
