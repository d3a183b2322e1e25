"""One engine for sandboxes per test session, with an instance name of its own, and nothing left of it afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway.engine import container, images
from slipway.engine.container import EngineContainer
from slipway.engine.docker_engine import DockerEngine
from tests.engine.lab import Lab

OTHER_RUNTIME = "noting"
NOTING_RUNTIME = """#!/bin/sh
echo "$@" >>/run/noting.log
exec runc "$@"
"""


@pytest.fixture(scope="session")
def tags() -> dict[str, str]:
    """Give the tags of all images, built if missing."""
    return images.build_all(print)


@pytest.fixture(scope="session")
def engine_container(tags: dict[str, str]) -> Iterator[EngineContainer]:
    """Give a running engine; its container and volumes are deleted at the end."""
    # A path of a socket holds 107 bytes, and pytest's own folders are longer.
    folder = Path(tempfile.mkdtemp(prefix="slipway-test-engine."))
    runtimes = folder / "runtimes"
    runtimes.mkdir()
    # A program in runc's place, which notes what it is told.
    (runtimes / OTHER_RUNTIME).write_text(NOTING_RUNTIME)
    (runtimes / OTHER_RUNTIME).chmod(0o755)
    engine = EngineContainer(f"slipway-test-{os.getpid()}", folder, runtimes_folder=runtimes)
    try:
        container.start(engine, tags["engine"], [tags[name] for name in images.lab_images()], print)
        yield engine
    finally:
        container.erase(engine)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def docker_engine(engine_container: EngineContainer) -> Iterator[DockerEngine]:
    """Give the real engine."""
    engine = DockerEngine(engine_container.socket)
    yield engine
    engine.close()


@pytest.fixture
def lab(docker_engine: DockerEngine, engine_container: EngineContainer, tags: dict[str, str]) -> Iterator[Lab]:
    """Give a bench for machines that clears up after each test."""
    bench = Lab(docker_engine, engine_container, tags["lab-docker"])
    yield bench
    bench.clear()


@pytest.fixture(scope="module")
def shared_lab(docker_engine: DockerEngine, engine_container: EngineContainer, tags: dict[str, str]) -> Iterator[Lab]:
    """Give a bench whose machines, box-one and box-two, live for a module: its tests do not get in each other's way."""
    bench = Lab(docker_engine, engine_container, tags["lab-docker"])
    bench.reset("box-one")
    bench.reset("box-two")
    yield bench
    bench.clear()
