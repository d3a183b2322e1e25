"""WebSocket addresses of terminals."""

from typing import Any

websocket_urlpatterns: list[Any] = []  # patterns of ASGI applications have no public type
