"""Fixtures of tests of previews."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.unit.site import Site, make_site


@pytest.fixture
def site(db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Site:
    """Give an installation in memory with a small course."""
    return make_site(monkeypatch, settings, tmp_path)
