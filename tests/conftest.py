"""The order of all tests, and which of them run one after another."""

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Quick ones first. Browser tests last: Playwright's own event loop runs on in this process until its browser is closed,
# and no other loop can run meanwhile.
ORDER = ("unit", "inside", "lessons", "load", "engine", "browser")
# Where workers share the tests out, what begins like this is a worker's each: its tests share an engine or an
# instance. What is left when all have one goes to the worker that is ready first.
OWN_WORKER = ("tests/browser/", "tests/engine/test_engines", "tests/engine/test_", "tests/engine/")


class BySuite(LoadScopeScheduling):
    """Hands tests that share something to one worker, and all quick ones to another."""

    def _split_scope(self, nodeid: str) -> str:
        return next((begin for begin in OWN_WORKER if nodeid.startswith(begin)), "quick")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BySuite | None:
    """Share the tests out by suite where `./slipway test` runs all of them."""
    return BySuite(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by suite and keep the order within each."""
    items.sort(key=lambda item: ORDER.index(item.path.relative_to(Path(__file__).parent).parts[0]))
