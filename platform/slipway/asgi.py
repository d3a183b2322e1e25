"""HTTP and WebSockets of the web process."""

import os
from typing import Any

import django
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings")
django.setup()

from slipway.bodies import BoundedBodies  # noqa: E402  (models need the applications first)
from slipway.crowds import BoundedWebSockets  # noqa: E402
from slipway.handler import OneThreadHandler  # noqa: E402
from slipway.pages.routing import websocket_urlpatterns as pages  # noqa: E402
from slipway.preview.routing import websocket_urlpatterns as previews  # noqa: E402
from slipway.sandboxes.room import Room  # noqa: E402
from slipway.terminal.room import Room as TerminalRoom  # noqa: E402
from slipway.terminal.room import places  # noqa: E402
from slipway.terminal.routing import websocket_urlpatterns as terminal  # noqa: E402

# Tasks are sent through the application that was made last: without it they look for another broker.
import slipway.celery  # noqa: E402, F401  isort: skip

# Each open page has two: for what changes, and for the ports of its machine.
PAGES_EACH = 24
most = places()
of_pages: Any = BoundedWebSockets(URLRouter([*pages, *previews]), Room(most, 2 * PAGES_EACH))
websockets = URLRouter([*terminal(TerminalRoom(most)), re_path("", of_pages)])

application = ProtocolTypeRouter(
    {
        "http": BoundedBodies(OneThreadHandler()),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(websockets)),
    }
)
