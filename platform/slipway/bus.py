"""Tells open pages that something changed.

Nothing depends on it arriving: a page that connects reads the state first.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


# The pages of all who wait for a machine.
QUEUE = "queue"


def group_of(user_id: int) -> str:
    """Return the channel layer's group of one person's open pages."""
    return f"person.{user_id}"


def publish(user_id: int | None, kind: str, **data: Any) -> None:
    """Send an event to all open pages of a person once the transaction is committed. `data` must be plain JSON."""
    if user_id is not None:
        publish_to(group_of(user_id), kind, **data)


def publish_to(group: str, kind: str, **data: Any) -> None:
    """Send an event to all open pages that joined a group once the transaction is committed."""
    transaction.on_commit(lambda: _send(group, {"type": "page.event", "kind": kind, **data}))


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        raise ImproperlyConfigured("CHANNEL_LAYERS has no default: set SLIPWAY_REDIS_URL.")
    try:
        _wait(layer.group_send, group, message)
    except (OSError, RedisError) as error:
        log.warning("page event lost", group=group, kind=message["kind"], error=str(error))


class _Loop:
    """The event loop of a process that has none running, such as a worker's: kept, and with it the connection."""

    kept: asyncio.AbstractEventLoop | None = None


def keep_loop() -> None:
    """Publish over one connection from now on. For processes with one thread and no event loop of their own."""
    _Loop.kept = asyncio.new_event_loop()


def _wait(
    send: Callable[[str, dict[str, Any]], Coroutine[Any, Any, None]], group: str, message: dict[str, Any]
) -> None:
    if _Loop.kept is None:
        async_to_sync(send)(group, message)
        return
    try:
        _Loop.kept.run_until_complete(send(group, message))
    except (OSError, RedisError):  # the kept connection is of a broker that was restarted; a new one is made
        _Loop.kept.run_until_complete(send(group, message))
