"""The lessons of this repository hold on real machines: what changed since it was proven, and a tenth of the rest.

What does not hold stands above the table: the lesson, the exercise or `(text)`, and what was expected and seen.
"""

from pathlib import Path

import pytest

from slipway.engine.docker_engine import DockerEngine
from slipway.prover.main import main

pytestmark = pytest.mark.engine
LESSONS = Path(__file__).parents[3] / "lessons"


def test_the_lessons_hold(docker_engine: DockerEngine, tags: dict[str, str]) -> None:
    """As `./slipway prove --changed --daily-tenth` says; as many machines at a time as there are cores."""
    words = ["--changed", "--daily-tenth", "--no-record"]
    status = main(words, engine=docker_engine, image_of=tags.__getitem__, lessons=LESSONS)
    assert status == 0, "not everything is as it must be: see what was said, and ./slipway prove --changed"
