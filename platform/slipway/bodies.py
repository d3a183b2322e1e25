"""How much a request may bring: Django takes all of a body, to memory and then to disk, before a view is asked."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

# The largest that the site asks for is a piece of a file, 4 MiB.
MOST_BYTES = 8 * 1024 * 1024
SAYS = b"This is more than Slipway takes in one request, so nothing was taken. Send less at once."

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class BoundedBodies:
    """An ASGI application around another one, which refuses what is too large with 413."""

    def __init__(self, application: Application, most_bytes: int = MOST_BYTES) -> None:
        self._application = application
        self._most_bytes = most_bytes

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > self._most_bytes:
            await _refuse(send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            # To whoever waits for the rest it looks as if the sender had gone.
            return message if taken <= self._most_bytes else {"type": "http.disconnect"}

        await self._application(scope, counted, send)
        if taken > self._most_bytes:
            await _refuse(send)


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": SAYS})
