"""One small lesson is proven on real machines, typed into the real terminal."""

import json
from pathlib import Path

import pytest

from slipway.engine.docker_engine import DockerEngine
from slipway.prover.main import main
from tests.lesson_sample import write_course

pytestmark = pytest.mark.engine


def test_a_small_lesson_is_proven(
    tmp_path: Path, docker_engine: DockerEngine, tags: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing done fails, the solutions pass, the wrong attempt gets its hint; no machine or disk is left."""
    folder = write_course(tmp_path)
    status = main([str(folder), "--json"], engine=docker_engine, image_of=tags.__getitem__, lessons=tmp_path)
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    assert status == 0, printed.out
    assert [line["exercise"] for line in lines] == ["run-it", "which-port", "(text)"]
    assert lines[0]["wrong"] == {"front": True}
    assert not [machine for machine in docker_engine.machines() if machine.name.startswith("prove-")]
    assert not [disk for disk in docker_engine.disks() if disk.name.startswith("prove-")]
