"""The events of one open lesson page: what changed, as HTML fragments, over a WebSocket."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from slipway import bus
from slipway.accounts.models import Language, User
from slipway.grading.models import CheckRun
from slipway.pages import live
from slipway.pages.live import LivePage, Update

CLOSE_SIGN_IN, CLOSE_NOT_FOUND = 4401, 4404
QUEUE_REFRESH_SECONDS = 3
MISSED_AFTER_SECONDS = 5
# Most checks are done before this, so that a card does not flicker between two states.
BUSY_AFTER_SECONDS = 0.3


class LessonConsumer(AsyncJsonWebsocketConsumer):
    """Sends what the page has not seen when it connects, then what each event changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page: LivePage | None = None
        self._plans: dict[str, asyncio.Task[None]] = {}
        self._asked = ""

    async def connect(self) -> None:
        """Join the person's group before the first look, so that nothing falls between the two."""
        user = self.scope["user"]
        await self.accept()
        if not isinstance(user, User):
            await self.close(CLOSE_SIGN_IN)
            return
        course, lesson = (self.scope["url_route"]["kwargs"][name] for name in ("course", "lesson"))
        csrf_token = self.scope["cookies"].get("csrftoken", "")
        self._page = await database_sync_to_async(live.find_page)(user.id, course, lesson, csrf_token)
        if self._page is None:
            await self.close(CLOSE_NOT_FOUND)
            return
        await self.channel_layer.group_add(bus.group_of(user.id), self.channel_name)
        [seen] = parse_qs(self.scope["query_string"].decode(errors="replace")).get("seen", [""])[:1]
        await self._send(await _ask(partial(self._page.since, seen)))

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  (the name that channels passes)
        """Leave the person's group."""
        for name in list(self._plans):
            self._forget(name)
        user = self.scope["user"]
        if isinstance(user, User):
            await self.channel_layer.group_discard(bus.group_of(user.id), self.channel_name)

    async def receive_json(self, content: Any, **_: Any) -> None:
        """Take the language that the page is read in from now on."""
        language = content.get("language") if isinstance(content, dict) else None
        if self._page is not None and language in Language.values:
            self._page.language = Language(language)

    async def page_event(self, event: dict[str, Any]) -> None:
        """Send what an event of the bus changed on this page."""
        if self._page is None:
            return
        if event["kind"] == "check" and event["state"] == CheckRun.State.WAITING:
            self._forget("busy")
            self._asked = event["run"]
            self._later("busy", BUSY_AFTER_SECONDS, partial(self._page.changed_by, event))
            return
        if event["kind"] in {"check", "verdict"} and event["run"] == self._asked:
            self._forget("busy")
        await self._send(await _ask(partial(self._page.changed_by, event)))

    async def _send(self, update: Update) -> None:
        if update.fragments or update.say:
            await self.send_json(update.as_json())
        if update.is_queued and self._page is not None:
            # Nobody publishes that others in the queue have moved on.
            self._later("queue", QUEUE_REFRESH_SECONDS, self._page.machine)
        if self._page is not None:
            self._later("missed", MISSED_AFTER_SECONDS, self._page.missed)

    def _later(self, name: str, seconds: float, look: Callable[[], Update]) -> None:
        """Look again after a while and send what is found; at most one such plan of each name."""
        if name not in self._plans:
            self._plans[name] = asyncio.create_task(self._look_later(name, seconds, look))

    async def _look_later(self, name: str, seconds: float, look: Callable[[], Update]) -> None:
        await asyncio.sleep(seconds)
        del self._plans[name]
        await self._send(await _ask(look))

    def _forget(self, name: str) -> None:
        if plan := self._plans.pop(name, None):
            plan.cancel()


async def _ask(look: Callable[[], Update]) -> Update:
    update: Update = await database_sync_to_async(look)()
    return update
