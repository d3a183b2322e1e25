"""The order of all tests, and which of them run one after another."""

from pathlib import Path

import pytest

# Quick ones first. Browser tests last: Playwright's own event loop runs on in this process until its browser is closed,
# and no other loop can run meanwhile.
ORDER = ("unit", "inside", "lessons", "load", "engine", "browser")
# Where workers share the tests out, these suites are a worker's each: their tests share an engine, and an instance.
OWN_WORKER = ("engine", "browser")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tell pytest-xdist which tests must be one worker's."""
    suite = _suite(item)
    item.add_marker(pytest.mark.xdist_group(suite if suite in OWN_WORKER else "quick"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by suite and keep the order within each."""
    items.sort(key=lambda item: ORDER.index(_suite(item)))


def _suite(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]
