"""One disk of an engine is copied at a time, and nobody waits for another one's copy."""

import fcntl
import os
import time
from pathlib import Path

import pytest

from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import EngineBusyError


def test_who_finds_another_copying_comes_again(tmp_path: Path) -> None:
    """At once, so that its worker does something else meanwhile; the lock goes with its holder."""
    engine = DockerEngine(tmp_path / "engine.sock")
    holder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    begin = time.monotonic()
    with pytest.raises(EngineBusyError, match="Try again"), engine._copying():
        pass
    assert time.monotonic() - begin < 5
    os.close(holder)
    with engine._copying():
        pass
