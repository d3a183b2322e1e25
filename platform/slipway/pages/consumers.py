"""The events of one open lesson page: what changed, as HTML fragments, over a WebSocket."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.utils import translation

from slipway import bus
from slipway.accounts.models import Interface, Language, User
from slipway.grading.models import CheckRun
from slipway.pages import live
from slipway.pages.live import LivePage, Update

CLOSE_SIGN_IN, CLOSE_NOT_FOUND = 4401, 4404
# However quickly a line moves, a page is drawn no more often.
PLACE_EVERY_SECONDS = 1
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
        self._outlooks: dict[str, list[float | None]] = {}
        self._is_in_line = False

    async def connect(self) -> None:
        """Join the person's group before the first look, so that nothing falls between the two."""
        user = self.scope["user"]
        await self.accept()
        if not isinstance(user, User):
            await self.close(CLOSE_SIGN_IN)
            return
        course, lesson = (self.scope["url_route"]["kwargs"][name] for name in ("course", "lesson"))
        csrf_token = self.scope["cookies"].get(settings.CSRF_COOKIE_NAME, "")
        asked = parse_qs(self.scope["query_string"].decode(errors="replace"))
        [seen], [name] = (asked.get(field, [""])[:1] for field in ("seen", "interface"))
        interface = Interface(name) if name in Interface.values else Interface.ENGLISH
        self._page = await database_sync_to_async(live.find_page)(user.id, course, lesson, csrf_token, interface)
        if self._page is None:
            await self.close(CLOSE_NOT_FOUND)
            return
        await self.channel_layer.group_add(bus.group_of(user.id), self.channel_name)
        await self._send(await self._ask(partial(self._page.since, seen)))

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  (the name that channels passes)
        """Leave the person's group."""
        for name in list(self._plans):
            self._forget(name)
        user = self.scope["user"]
        if isinstance(user, User):
            await self.channel_layer.group_discard(bus.group_of(user.id), self.channel_name)
            await self.channel_layer.group_discard(bus.QUEUE, self.channel_name)

    async def receive_json(self, content: Any, **_: Any) -> None:
        """Take the language that the page is read in from now on."""
        language = content.get("language") if isinstance(content, dict) else None
        if self._page is not None and language in Language.values:
            self._page.language = Language(language)

    async def page_event(self, event: dict[str, Any]) -> None:
        """Send what an event of the bus changed on this page."""
        page = self._page
        if page is None:
            return
        if event["kind"] == "queue":
            self._outlooks = event["outlooks"]
            self._later("place", PLACE_EVERY_SECONDS, lambda: page.place(self._outlooks))
            return
        if event["kind"] == "check" and event["state"] == CheckRun.State.WAITING:
            self._forget("busy")
            self._asked = event["run"]
            self._later("busy", BUSY_AFTER_SECONDS, partial(page.changed_by, event))
            return
        if event["kind"] in {"check", "verdict"} and event["run"] == self._asked:
            self._forget("busy")
        await self._send(await self._ask(partial(page.changed_by, event)))

    async def _send(self, update: Update) -> None:
        if update.fragments or update.say:
            await self.send_json(update.as_json())
        if self._page is not None:
            await self._stand_in_line(self._page)
            self._later("missed", MISSED_AFTER_SECONDS, self._page.missed)

    async def _stand_in_line(self, page: LivePage) -> None:
        """Hear of the line, and be seen in it, for as long as the machine waits for its turn."""
        if page.is_waiting != self._is_in_line:
            self._is_in_line = page.is_waiting
            join = self.channel_layer.group_add if page.is_waiting else self.channel_layer.group_discard
            await join(bus.QUEUE, self.channel_name)
        if page.is_waiting:
            self._later("stay", live.STAYS_NOTED_EVERY.total_seconds(), page.stay)

    def _later(self, name: str, seconds: float, look: Callable[[], Update]) -> None:
        """Look again after a while and send what is found; at most one such plan of each name."""
        if name not in self._plans:
            self._plans[name] = asyncio.create_task(self._look_later(name, seconds, look))

    async def _look_later(self, name: str, seconds: float, look: Callable[[], Update]) -> None:
        await asyncio.sleep(seconds)
        del self._plans[name]
        await self._send(await self._ask(look))

    def _forget(self, name: str) -> None:
        if plan := self._plans.pop(name, None):
            plan.cancel()

    async def _ask(self, look: Callable[[], Update]) -> Update:
        """Look in a thread of the database's, in the language of the page."""
        update: Update = await database_sync_to_async(self._in_its_language)(look)
        return update

    def _in_its_language(self, look: Callable[[], Update]) -> Update:
        with translation.override(self._page.interface if self._page else Interface.ENGLISH):
            return look()
