"""How many WebSockets of pages a person may hold."""

import asyncio
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from slipway.crowds import CLOSE_NO_ROOM, BoundedWebSockets
from slipway.sandboxes.room import Room

Message = Mapping[str, Any]
# Accepted first: only then the page can read the code.
CLOSED: list[Message] = [{"type": "websocket.accept"}, {"type": "websocket.close", "code": CLOSE_NO_ROOM}]


class Sockets:
    """WebSockets to an application that holds each until it is let go."""

    def __init__(self, most: int, most_each: int) -> None:
        self.served: list[int | None] = []
        self._open: list[tuple[asyncio.Event, asyncio.Task[None]]] = []
        self._application = BoundedWebSockets(self._serve, Room(most, most_each))

    async def _serve(self, scope: dict[str, Any], _receive: Any, _send: Any) -> None:
        self.served.append(scope["user"].pk)
        await scope["end"].wait()
        if scope["breaks"]:
            raise ConnectionError

    async def open(self, person: int | None, *, breaks: bool = False) -> list[Message]:
        """Open one, and return what it was sent."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            raise AssertionError("the bound asks the page for nothing")

        end = asyncio.Event()
        scope = {"type": "websocket", "user": SimpleNamespace(pk=person), "end": end, "breaks": breaks}
        task = asyncio.create_task(self._application(scope, receive, send))
        self._open.append((end, task))
        await asyncio.sleep(0)
        return sent

    async def end(self) -> None:
        """End all of them."""
        for end, task in self._open:
            end.set()
            await asyncio.gather(task, return_exceptions=True)
        self._open.clear()


async def test_a_person_has_a_bound() -> None:
    """One more is told so; others are not kept out, and an end gives the place back, however it came."""
    sockets = Sockets(most=4, most_each=2)
    assert [await sockets.open(1), await sockets.open(1, breaks=True)] == [[], []]
    assert await sockets.open(1) == CLOSED
    assert await sockets.open(2) == []
    assert sockets.served == [1, 1, 2]
    await sockets.end()
    assert [await sockets.open(1), await sockets.open(1)] == [[], []]
    await sockets.end()


@pytest.mark.parametrize(("person", "says"), [(5, CLOSED), (None, [])])
async def test_the_process_has_a_bound(person: int | None, says: list[Message]) -> None:
    """A full one says so; who is not signed in is told by the application that they must."""
    sockets = Sockets(most=2, most_each=2)
    await sockets.open(1)
    await sockets.open(2)
    assert await sockets.open(person) == says
    await sockets.end()
