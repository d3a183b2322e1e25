"""The WebSocket that tells a lesson's page which ports of its machine are listened on."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from slipway.accounts.models import User
from slipway.engine.port import EngineError
from slipway.preview.frames import ListeningPort
from slipway.preview.names import Place
from slipway.preview.passes import Pass
from slipway.preview.selectors import Door, door_of
from slipway.preview.tunnel import LostError
from slipway.preview.watching import Watches

# As pages/consumers.py has them: with these the page does not ask again.
CLOSE_SIGN_IN, CLOSE_NOT_FOUND = 4401, 4404
CLOSE_LOST = 4503
ANY_PORT = 1


class PortsConsumer(AsyncJsonWebsocketConsumer):
    """Sends `{"ports": [[8080, "python3"], …]}` at first and at each change. The page says nothing."""

    # It needs no other page, and must not end with Redis.
    channel_layer_alias = "none"

    def __init__(self, watches: Watches, **options: Any) -> None:
        super().__init__(**options)
        self._watches = watches
        self._task: asyncio.Task[None] | None = None
        self._latest: tuple[ListeningPort, ...] = ()
        self._came = asyncio.Event()

    async def connect(self) -> None:
        """Accept first: only an accepted WebSocket can tell the page why it is closed."""
        await self.accept()
        user = self.scope["user"]
        if not isinstance(user, User):
            await self.close(CLOSE_SIGN_IN)
            return
        sandbox_id = UUID(str(self.scope["url_route"]["kwargs"]["sandbox_id"]))
        right = Pass(Place(sandbox_id, ANY_PORT), person=user.pk)
        door: Door | None = await database_sync_to_async(partial(door_of, right=right))()
        if door is None:
            await self.close(CLOSE_NOT_FOUND)
        elif not door.is_open:
            await self.close(CLOSE_LOST)
        else:
            self._task = asyncio.create_task(self._serve(sandbox_id, door))

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  (the name that channels passes)
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Take nothing."""

    async def _serve(self, sandbox_id: UUID, door: Door) -> None:
        telling = asyncio.create_task(self._tell())
        try:
            await self._watches.look(sandbox_id, door, self._note)
        except (EngineError, LostError):
            # The page asks again, and finds the machine's state meanwhile.
            pass
        finally:
            telling.cancel()
        await self.close(CLOSE_LOST)

    def _note(self, ports: tuple[ListeningPort, ...]) -> None:
        self._latest = ports
        self._came.set()

    async def _tell(self) -> None:
        """Send the latest list. A page that does not read misses those between."""
        while True:
            await self._came.wait()
            self._came.clear()
            await self.send_json({"ports": [[each.port, each.process] for each in self._latest]})
