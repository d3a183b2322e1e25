"""The order of all tests."""

from pathlib import Path

import pytest

# Quick ones first. Browser tests last: Playwright's own event loop runs on in this process until its browser is closed,
# and no other loop can run meanwhile.
ORDER = ("unit", "inside", "lessons", "load", "engine", "browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by suite and keep the order within each."""
    root = Path(__file__).parent
    items.sort(key=lambda item: ORDER.index(item.path.relative_to(root).parts[0]))
