"""One small lesson for all tests of lesson files."""

from pathlib import Path

import pytest

from tests.lesson_sample import write_course


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a sound lesson inside its course."""
    return write_course(tmp_path)
