"""Fixtures of grading's tests."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.unit.grading.world import Classroom, make_classroom
from tests.unit.sandboxes.world import World, make_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> World:
    """Give an installation in memory."""
    return make_world(monkeypatch, settings, tmp_path)


@pytest.fixture
def classroom(world: World, monkeypatch: pytest.MonkeyPatch) -> Classroom:
    """Give a lesson, its learner and a machine that runs."""
    return make_classroom(world, monkeypatch)
