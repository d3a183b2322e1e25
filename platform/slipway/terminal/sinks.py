"""Where the terminal takes what it saw: services of other parts, called in order and off the event loop."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from uuid import UUID

from channels.db import database_sync_to_async

from slipway.grading.services import EndedCommand

# A replay holds at most a ring of marks, and one takes at least 60 bytes: more than this never waits.
QUEUE_LENGTH = 4096
TOUCH_SECONDS = 30.0
# Nobody types faster for long; a program that prints marks without end must not fill the database.
COMMANDS_A_SECOND, COMMANDS_AT_ONCE = 5.0, 50.0

_Call = Callable[[], object]

logger = logging.getLogger(__name__)


class CommandSink(Protocol):
    """Take a command that ended. Called again for one that was seen before: it must know those by place and offset."""

    def __call__(self, *, sandbox_id: UUID, command: EndedCommand) -> object:
        """Record the command."""
        ...


class SandboxSink(Protocol):
    """Take a fact about a sandbox."""

    def __call__(self, *, sandbox_id: UUID) -> object:
        """Record it."""
        ...


@dataclass(frozen=True, slots=True)
class Sinks:
    """What the terminal needs of the parts below it: routing.py names the services."""

    command_ended: CommandSink
    unreachable: SandboxSink
    touch: SandboxSink


class Recorder:
    """Call the sinks for one connection, one after the other. What is queued when it is closed is still taken."""

    def __init__(self, sinks: Sinks, sandbox_id: UUID) -> None:
        self._sinks = sinks
        self._sandbox_id = sandbox_id
        self._queue: asyncio.Queue[_Call | None] = asyncio.Queue(QUEUE_LENGTH)
        self._touched_at = float("-inf")
        self._allowance, self._counted_at = COMMANDS_AT_ONCE, time.monotonic()
        self._task = asyncio.create_task(self._run())

    async def command_ended(self, command: EndedCommand) -> None:
        """Have a command recorded; wait while very many lie here already. Beyond the allowance it is dropped."""
        if not self._is_allowed():
            logger.warning("Dropped a command of sandbox %s: too many ended at once", self._sandbox_id)
            return
        await self._queue.put(partial(self._sinks.command_ended, sandbox_id=self._sandbox_id, command=command))

    def _is_allowed(self) -> bool:
        now = time.monotonic()
        earned = (now - self._counted_at) * COMMANDS_A_SECOND
        self._allowance, self._counted_at = min(COMMANDS_AT_ONCE, self._allowance + earned), now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    async def unreachable(self) -> None:
        """Have it known that the machine, which should run, does not."""
        await self._queue.put(partial(self._sinks.unreachable, sandbox_id=self._sandbox_id))

    async def touch(self) -> None:
        """Have it known, at most twice a minute, that the sandbox is in use."""
        now = time.monotonic()
        if now - self._touched_at >= TOUCH_SECONDS:
            self._touched_at = now
            await self._queue.put(partial(self._sinks.touch, sandbox_id=self._sandbox_id))

    async def close(self) -> None:
        """Take what is queued, then end."""
        await self._queue.put(None)
        await self._task

    async def _run(self) -> None:
        while (call := await self._queue.get()) is not None:
            try:
                await database_sync_to_async(call)()
            except Exception:
                # A reconnect replays the marks, so a command that failed to be recorded comes again.
                logger.exception("What a terminal of sandbox %s saw could not be recorded", self._sandbox_id)
