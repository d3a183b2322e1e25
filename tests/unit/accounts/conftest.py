"""Fixtures of tests that look at pages."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.unit.site import Site, make_site


@pytest.fixture
def site(db: None, monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> Site:
    """Give an installation in memory with a small course."""
    return make_site(monkeypatch, settings, tmp_path)
