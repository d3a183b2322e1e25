"""WebSocket addresses of pages."""

from typing import Any

from django.urls import path

from slipway.pages.consumers import LessonConsumer

websocket_urlpatterns: list[Any] = [  # patterns of ASGI applications have no public type
    path("ws/lessons/<slug:course>/<slug:lesson>/", LessonConsumer.as_asgi()),
]
