"""The WebSocket of a terminal: who may have it, and what its close code says. The bytes are session.py's."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from slipway.engine.port import EngineError, MachineMissingError
from slipway.engine.stream import ExecStream
from slipway.grading.services import EndedCommand
from slipway.sandboxes.doors import Access
from slipway.sandboxes.scrollback import Past, past_of
from slipway.terminal import access, frames
from slipway.terminal.access import CloseCode, Door, RefusedError
from slipway.terminal.marks import CommandEnded
from slipway.terminal.pacing import Pace
from slipway.terminal.room import Room
from slipway.terminal.session import End, HolderError, Session, Stream, Watchers
from slipway.terminal.sinks import Recorder, Sinks
from slipway.terminal.windows import SharedTerminals

ATTACH = ("/opt/slipway/python", "-I", "-S", "/opt/slipway/terminal/attach.py")
# RFC 6455, 5.5.1: a close frame holds at most 125 bytes, two of them the code.
MAX_REASON_BYTES = 123
# After these the claim of a warm machine is looked at again: soon at first, and seldom, for all share the database.
CLAIM_LOOKS_SECONDS = (0.03, 0.06, 0.12, 0.24, 0.48)
# Until HELLO nobody reads the exec: that it has ended would not be noticed.
HELLO_SECONDS = 30.0

OpenStream = Callable[[str, str, Sequence[str]], Awaitable[Stream]]

logger = logging.getLogger(__name__)


class TerminalConsumer(AsyncWebsocketConsumer):
    """Accept, ask who it is, and serve in a task of its own, for messages are handled in turn.

    The way to the machine is made while the page, busy with drawing itself, has not said HELLO yet.
    """

    # A terminal needs no other page, and must not end with Redis.
    channel_layer_alias = "none"

    def __init__(
        self,
        sinks: Sinks,
        room: Room,
        shared: SharedTerminals,
        open_stream: OpenStream = ExecStream.open,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._sinks = sinks
        self._room = room
        self._shared = shared
        self._open_stream = open_stream
        self._hello: asyncio.Future[frames.Hello] | None = None
        self._session: Session | None = None
        self._recorder: Recorder | None = None
        self._task: asyncio.Task[None] | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Take messages of the page directly: Channels would visit the database's thread at every keystroke."""
        if message["type"] == "websocket.receive":
            await self._receive(message.get("bytes") or b"")
        else:
            await super().dispatch(message)

    async def connect(self) -> None:
        """Accept first: only an accepted WebSocket can tell the page why it is closed."""
        await self.accept()
        route = self.scope["url_route"]["kwargs"]
        self._sandbox_id, self._terminal = UUID(str(route["sandbox_id"])), str(route["terminal"])
        person = self.scope["user"].pk
        try:
            door = await self._find_door()
            self._room.enter(person)
        except RefusedError as refusal:
            await self._refuse(refusal.code, str(refusal))
            return
        self._hello = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._serve(door, self._hello))
        # However it ends: a place that is not given back is gone for good.
        self._task.add_done_callback(lambda _: self._room.leave(person))

    async def _find_door(self) -> Door:
        """Return the way into the machine; one that was asked for just now may be claimed in a moment: wait for it."""
        look: Callable[[], Awaitable[Door]] = database_sync_to_async(
            partial(access.open_door, user=self.scope["user"], sandbox_id=self._sandbox_id, terminal=self._terminal)
        )
        for pause in CLAIM_LOOKS_SECONDS:
            try:
                return await look()
            except RefusedError as refusal:
                if not refusal.may_pass_soon:
                    raise
                await asyncio.sleep(pause)
        return await look()

    async def _receive(self, message: bytes) -> None:
        """Take one message of the page."""
        if self._hello is None:
            return
        try:
            await self._take(self._hello, frames.decode_client(message))
        except frames.FrameError as error:
            await self._refuse(CloseCode.BAD_MESSAGE, str(error))

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  (the name is Channels')
        """End the exec; what the terminal saw is still recorded."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _take(self, hello: asyncio.Future[frames.Hello], frame: frames.ClientFrame) -> None:
        if isinstance(frame, frames.Hello):
            if hello.done():
                raise frames.FrameError("a second HELLO")
            hello.set_result(frame)
            return
        if self._session is None or self._recorder is None:
            raise frames.FrameError("HELLO comes first, and WELCOME is waited for")
        self._session.take(frame)
        if isinstance(frame, frames.Input):
            await self._recorder.touch()

    async def _serve(self, door: Door, hello: asyncio.Future[frames.Hello]) -> None:
        """Join page and holder until one of them ends, and tell the page which and why."""
        self._recorder = recorder = Recorder(self._sinks, self._sandbox_id)
        try:
            code, reason = await self._join(door, hello, recorder)
        except MachineMissingError as error:
            await recorder.unreachable()
            code, reason = CloseCode.NOT_READY, str(error)
        except EngineError as error:
            await recorder.unreachable()
            code, reason = CloseCode.LOST, str(error)
        except HolderError as error:
            logger.warning("Terminal %s of sandbox %s: %s", self._terminal, self._sandbox_id, error)
            code, reason = CloseCode.BAD_SANDBOX, f"The machine's terminal does not work as it should: {error}"
        except OSError:
            # The page has gone, which its disconnect says as well.
            return
        finally:
            # What still comes from the page comes too late.
            self._hello = self._session = None
            await recorder.close()
        await self._refuse(code, reason)

    async def _join(self, door: Door, hello: asyncio.Future[frames.Hello], recorder: Recorder) -> tuple[int, str]:
        async def record(boot: str, command: CommandEnded, times: tuple[datetime, datetime]) -> None:
            place = (self._terminal, boot, command.offset)
            await recorder.command_ended(EndedCommand(*place, command.text, command.exit_status, *times))

        stream = await self._open_stream(door.socket, door.machine, [*ATTACH, self._terminal])
        try:
            try:
                async with asyncio.timeout(HELLO_SECONDS):
                    said = await hello
            except TimeoutError:
                return CloseCode.LOST, "The page did not say HELLO in time."
            watchers = Watchers(
                on_command=record if door.access is Access.OWNER else None,
                on_output=recorder.touch,
                past=self._past if door.has_past else None,
            )
            windows = self._shared.of((self._sandbox_id, self._terminal))
            self._session = Session(stream, self._send, watchers, windows, Pace(door.bytes_per_second))
            if await self._session.run(said) is End.SHELL_ENDED:
                return CloseCode.SHELL_ENDED, "The shell has ended."
            return CloseCode.LOST, stream.errors or "The machine's terminal went away."
        finally:
            await stream.close()

    async def _past(self, boot: str) -> frames.Past | None:
        """Return what this terminal showed when its machine was suspended, for the first shell since then."""
        look: Callable[..., Awaitable[Past | None]] = database_sync_to_async(past_of)
        found = await look(sandbox_id=self._sandbox_id, terminal=self._terminal, boot=boot)
        return None if found is None else frames.Past(round(found.suspended_at.timestamp() * 1000), found.output)

    async def _send(self, message: bytes) -> None:
        await self.send(bytes_data=message)

    async def _refuse(self, code: int, reason: str) -> None:
        """Close with a reason, cut to what a close frame holds."""
        self._hello = None
        await self.close(code, reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore"))
