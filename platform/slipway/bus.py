"""Tells open pages that something changed.

Nothing depends on it arriving: a page that connects reads the state first.
"""

from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def group_of(user_id: int) -> str:
    """Return the channel layer's group of one person's open pages."""
    return f"person.{user_id}"


def publish(user_id: int | None, kind: str, **data: Any) -> None:
    """Send an event to all open pages of a person once the transaction is committed. `data` must be plain JSON."""
    if user_id is not None:
        transaction.on_commit(lambda: _send(group_of(user_id), {"type": "page.event", "kind": kind, **data}))


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        raise ImproperlyConfigured("CHANNEL_LAYERS has no default: set SLIPWAY_REDIS_URL.")
    try:
        async_to_sync(layer.group_send)(group, message)
    except (OSError, RedisError) as error:
        log.warning("page event lost", group=group, kind=message["kind"], error=str(error))
