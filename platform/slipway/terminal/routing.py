"""WebSocket addresses of terminals, and the services that get what terminals see."""

from typing import Any

from django.urls import re_path

from slipway.grading.actions import command_ended
from slipway.sandboxes.actions import report_unreachable
from slipway.sandboxes.services import touch
from slipway.terminal.consumer import TerminalConsumer
from slipway.terminal.room import Room, places
from slipway.terminal.sinks import Sinks
from slipway.terminal.windows import SharedTerminals

# Nine names, one per tab: each is a shell and a holder in the machine.
_ADDRESS = r"^ws/terminal/(?P<sandbox_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<terminal>[1-9])/$"

_sinks = Sinks(command_ended=command_ended, unreachable=report_unreachable, touch=touch)

# Patterns of ASGI applications have no public type.
websocket_urlpatterns: list[Any] = [
    re_path(_ADDRESS, TerminalConsumer.as_asgi(sinks=_sinks, room=Room(places()), shared=SharedTerminals()))
]
