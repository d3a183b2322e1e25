"""What a pass opens, remembered for a moment: a page of many parts asks the database once."""

import asyncio
import time
from functools import partial

from channels.db import database_sync_to_async

from slipway.preview.passes import Pass
from slipway.preview.selectors import Door, door_of
from slipway.sandboxes.services import touch

# For so long at most a withdrawn share still opens, and a machine that fell asleep is still asked for.
REMEMBERED_SECONDS = 2.0
TOUCH_SECONDS = 30.0
MOST = 4096


class Doors:
    """Answers for one process."""

    def __init__(self) -> None:
        self._known: dict[Pass, tuple[float, Door | None]] = {}
        self._touched: dict[Pass, float] = {}
        self._touching: set[asyncio.Task[None]] = set()

    async def of(self, right: Pass, *, anew: bool = False) -> Door | None:
        """Return the way that a pass leads, or None when it gives no right."""
        now = time.monotonic()
        known = self._known.get(right)
        if known is not None and not anew and now - known[0] < REMEMBERED_SECONDS:
            return known[1]
        if len(self._known) >= MOST:
            self._known.clear()
        door: Door | None = await database_sync_to_async(partial(door_of, right=right))()
        self._known[right] = (now, door)
        return door

    def used(self, right: Pass) -> None:
        """Have it known that the learner uses the machine, at most twice a minute. A visitor does not keep it awake."""
        now = time.monotonic()
        if right.share is not None or now - self._touched.get(right, float("-inf")) < TOUCH_SECONDS:
            return
        if len(self._touched) >= MOST:
            self._touched.clear()
        self._touched[right] = now
        task = asyncio.create_task(database_sync_to_async(partial(touch, sandbox_id=right.place.sandbox_id))())
        self._touching.add(task)
        task.add_done_callback(self._touching.discard)
