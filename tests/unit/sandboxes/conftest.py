"""Fixtures of the lifecycle's tests."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.unit.sandboxes.world import World, make_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> World:
    """Give an installation in memory."""
    return make_world(monkeypatch, settings, tmp_path)
