"""The small lesson, and grounds that no file of this repository changes."""

from pathlib import Path

import pytest

from slipway.proofs.ground import Grounds
from tests.lesson_sample import write_course


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a sound lesson inside its course."""
    return write_course(tmp_path)


@pytest.fixture
def grounds() -> Grounds:
    """Give grounds in which the sandbox of the small lesson exists."""
    return Grounds({"lab-docker": ("slipway/lab-docker:1", "slipway/lab-docker:2")}, "code-1")
