"""WebSocket addresses of previews in the application."""

from typing import Any

from django.urls import path

from slipway.preview.consumers import PortsConsumer
from slipway.preview.watching import Watches

websocket_urlpatterns: list[Any] = [  # patterns of ASGI applications have no public type
    path("ws/previews/<uuid:sandbox_id>/ports/", PortsConsumer.as_asgi(watches=Watches())),
]
