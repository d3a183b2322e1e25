"""WebSocket addresses of terminals, and the services that get what terminals see."""

from typing import Any

from django.urls import re_path

from slipway.grading.actions import command_ended
from slipway.sandboxes.actions import report_unreachable
from slipway.sandboxes.services import touch
from slipway.terminal.consumer import TerminalConsumer
from slipway.terminal.room import Room
from slipway.terminal.sinks import Sinks
from slipway.terminal.windows import SharedTerminals

# Nine names, one per tab: each is a shell and a holder in the machine.
_ADDRESS = r"^ws/terminal/(?P<sandbox_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/(?P<terminal>[1-9])/$"

_sinks = Sinks(command_ended=command_ended, unreachable=report_unreachable, touch=touch)


def websocket_urlpatterns(room: Room) -> list[Any]:
    """Return the addresses of a web process with this much room; patterns of ASGI have no public type."""
    return [re_path(_ADDRESS, TerminalConsumer.as_asgi(sinks=_sinks, room=room, shared=SharedTerminals()))]
