"""How many WebSockets of pages a person may hold: each takes descriptors of a process that serves everybody."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slipway.sandboxes.room import CrowdedError, FullError, Room

# As of terminals. The page tries again, and says meanwhile what to do.
CLOSE_TOO_MANY, CLOSE_FULL = 4429, 4529

_Message = Mapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_Application = Callable[[dict[str, Any], _Receive, _Send], Awaitable[None]]


class BoundedWebSockets:
    """An ASGI application around another one, which closes what a signed-in person opens beyond the room's bounds.

    Whoever is not signed in is sent away inside, at once.
    """

    def __init__(self, application: _Application, room: Room) -> None:
        self._application = application
        self._room = room

    async def __call__(self, scope: dict[str, Any], receive: _Receive, send: _Send) -> None:
        """Serve one WebSocket."""
        person = scope["user"].pk
        if person is None:
            await self._application(scope, receive, send)
            return
        try:
            self._room.enter(person)
        except (CrowdedError, FullError) as error:
            await _close(send, CLOSE_TOO_MANY if isinstance(error, CrowdedError) else CLOSE_FULL)
            return
        try:
            await self._application(scope, receive, send)
        finally:
            self._room.leave(person)


async def _close(send: _Send, code: int) -> None:
    """Accept first: only an accepted WebSocket can tell the page why it is closed."""
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code})
