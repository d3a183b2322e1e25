"""Fixtures of the prover's tests."""

from pathlib import Path

import pytest

from tests.lesson_sample import write_course


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of the sample lesson, to be tried without patience: machines in memory change at once."""
    monkeypatch.setattr("slipway.prover.tryout.PATIENCE_SECONDS", 0.0)
    return write_course(tmp_path)
