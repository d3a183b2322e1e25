"""Who copies a disk waits for others' copies, and not for ever."""

import fcntl
import os
from pathlib import Path

import pytest

from slipway.engine import docker_engine
from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import EngineBusyError


def test_who_waits_too_long_is_told_to_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that hangs keeps nobody else's worker for ever; the lock goes with its holder."""
    monkeypatch.setattr(docker_engine, "COPY_WAITS_SECONDS", 0.1)
    engine = DockerEngine(tmp_path / "engine.sock")
    holder = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    with pytest.raises(EngineBusyError, match="Try again"), engine._copying():
        pass
    os.close(holder)
    with engine._copying():
        pass
