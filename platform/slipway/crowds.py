"""How many WebSockets of pages a person may hold: each takes descriptors of a process that serves everybody."""

from typing import Any

from slipway.bodies import Application, Receive, Send
from slipway.sandboxes.room import CrowdedError, FullError, Room

# The page tries again, and says meanwhile what to do.
CLOSE_NO_ROOM = 4529


class BoundedWebSockets:
    """An ASGI application around another one, which closes what a signed-in person opens beyond the room's bounds.

    Whoever is not signed in is sent away inside, at once.
    """

    def __init__(self, application: Application, room: Room) -> None:
        self._application = application
        self._room = room

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one WebSocket."""
        person = scope["user"].pk
        if person is None:
            await self._application(scope, receive, send)
            return
        try:
            self._room.enter(person)
        except (CrowdedError, FullError):
            # Only an accepted WebSocket can tell the page why it is closed.
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": CLOSE_NO_ROOM})
            return
        try:
            await self._application(scope, receive, send)
        finally:
            self._room.leave(person)
