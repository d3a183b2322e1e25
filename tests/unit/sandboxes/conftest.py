"""Fixtures of the lifecycle's tests."""

from pathlib import Path

import pytest
from pytest_django import Settings

from slipway.engine.port import MEBIBYTE, Amount
from tests.unit.sandboxes.world import World, make_world


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> World:
    """Give an installation in memory."""
    return make_world(monkeypatch, settings, tmp_path)


@pytest.fixture
def small(world: World, settings: Settings) -> World:
    """Give a host with room for two machines as long as nothing is measured: they count a quarter of their 768 MiB."""
    settings.POOL_SIZE = 0
    settings.MEMORY_RESERVE_MEBIBYTES = 100
    world.engine.total = Amount((100 + 2 * 192) * MEBIBYTE, 1024 * 1024 * MEBIBYTE, 100_000)
    return world
