"""Page events: sent after commit, and never an error of who publishes."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from redis.exceptions import ConnectionError as LostError

from slipway import bus
from tests.unit.sandboxes.world import REAL_COMMITS

pytestmark = REAL_COMMITS


class Layer:
    """A channel layer that notes what it gets, and loses its connection when told to."""

    def __init__(self) -> None:
        """Begin with a connection."""
        self.sent: list[tuple[str, str]] = []
        self.loops: set[int] = set()
        self.losses = 0

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Note a message."""
        self.loops.add(id(asyncio.get_running_loop()))
        if self.losses:
            self.losses -= 1
            raise LostError
        self.sent.append((group, message["kind"]))


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    """Put a layer in memory in the place of Redis."""
    layer = Layer()
    monkeypatch.setattr(bus, "get_channel_layer", lambda: layer)
    return layer


@pytest.fixture
def _worker() -> Iterator[None]:
    bus.keep_loop()
    yield
    assert bus._Loop.kept is not None
    bus._Loop.kept.close()
    bus._Loop.kept = None


def test_events_follow_the_commit(layer: Layer) -> None:
    """A page that is told looks at once, so it must find what it was told of; nobody's events go nowhere."""
    with transaction.atomic():
        bus.publish(7, "sandbox", state="ready")
        bus.publish(None, "sandbox", state="ready")
        assert not layer.sent
    assert layer.sent == [("person.7", "sandbox")]


def test_a_lost_broker_loses_the_event_alone(layer: Layer) -> None:
    """Who publishes goes on; the page reads the state when it connects again."""
    layer.losses = 2
    bus.publish(7, "sandbox")
    assert not layer.sent


@pytest.mark.usefixtures("_worker")
def test_a_worker_keeps_its_loop_and_connects_again(layer: Layer) -> None:
    """All events of a worker go over one loop, and one that meets a dead connection is sent once more."""
    bus.publish(7, "check")
    layer.losses = 1
    bus.publish(7, "verdict")
    assert layer.sent == [("person.7", "check"), ("person.7", "verdict")]
    assert len(layer.loops) == 1
