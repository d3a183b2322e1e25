"""Everything that answers on previews' hosts, as one ASGI application. It serves no page of the application itself."""

import asyncio
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qs
from uuid import UUID

from channels.db import database_sync_to_async
from django.http import HttpRequest
from django.utils import translation

from slipway.accounts import preferences
from slipway.engine.port import EngineError, EngineUnreachableError, MachineMissingError
from slipway.preview import headers, names, own, passes, sockets
from slipway.preview.doors import Doors
from slipway.preview.exchange import (
    Exchange,
    NotHttpError,
    Proxy,
    Receive,
    Scope,
    Send,
    SilentError,
    TooLongError,
)
from slipway.preview.frames import ListeningPort
from slipway.preview.names import Place
from slipway.preview.passes import Pass
from slipway.preview.selectors import Door, share_at
from slipway.preview.tunnel import CrowdedError, LostError, RefusedError
from slipway.sandboxes.doors import Shut, ShutError

ENTER, STATE, VISIT = (f"{names.RESERVED}{name}" for name in ("enter", "state", "visit/"))
# A visitor's stream is looked after this often, so that it ends with the share.
GUARD_SECONDS = 5.0
_POLICY_VIOLATION = 1008
# What went wrong before an answer began, and the page that says so; the first that fits.
_PAGES: tuple[tuple[type[Exception], Callable[[int], own.Page]], ...] = (
    (CrowdedError, own.crowded),
    (NotHttpError, own.not_http),
    (SilentError, own.silent),
    (TooLongError, own.too_long),
    (LostError, own.broke_off),
    (ShutError, own.out_of_reach),
    (EngineUnreachableError, own.unreachable),
    (EngineError, own.asleep),
)
_FAILURES: tuple[type[Exception], ...] = (RefusedError, *(kind for kind, _ in _PAGES))


class Site:
    """Asks who it is, then passes on, or says why not."""

    def __init__(self, proxy: Proxy, doors: Doors, application: str) -> None:
        self._proxy = proxy
        self._doors = doors
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or WebSocket."""
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        place = self._proxy.domain.place(host)
        right = None if place is None else self._right(scope, place)
        with translation.override(_language(scope, right)):
            if place is None:
                await self._say(scope, send, own.nowhere())
            else:
                await self._serve(scope, receive, send, place, right)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, place: Place, right: Pass | None) -> None:
        if scope["type"] == "http" and scope["path"].startswith(names.RESERVED):
            await self._reserved(scope, send, place)
            return
        door = None if right is None else await self._doors.of(right)
        if right is None or door is None:
            await self._say(scope, send, self._refusal(place, right))
            return
        self._doors.used(right)
        await self._show(scope, receive, send, door, right)

    def _right(self, scope: Scope, place: Place) -> Pass | None:
        return passes.of_cookies(headers.our_cookies(scope["headers"], self._proxy.domain), place)

    def _refusal(self, place: Place, right: Pass | None) -> own.Page:
        if right is not None and right.share is not None:
            return own.ended()
        return own.not_yours(f"{self._application}/previews/{place.sandbox_id}/{place.port}/")

    async def _show(self, scope: Scope, receive: Receive, send: Send, door: Door, right: Pass) -> None:
        """Pass on; what goes wrong before the answer has begun becomes a page."""
        exchange = Exchange(self._proxy, scope, receive, send) if scope["type"] == "http" else None
        try:
            if not door.is_in_reach:
                raise ShutError(Shut.OUT_OF_REACH)
            if not door.is_open:
                raise MachineMissingError("It does not run.")
            if exchange is not None:
                work = exchange.run(door, right.place)
            else:
                work = sockets.join(self._proxy, (scope, receive, send), door, right.place)
            await (work if right.share is None else self._while_shared(right, asyncio.ensure_future(work)))
        except _FAILURES as error:
            if exchange is None or not exchange.has_begun:
                await self._say(scope, send, await self._page_of(error, door, right.place.port))

    async def _page_of(self, error: Exception, door: Door, port: int) -> own.Page:
        if isinstance(error, RefusedError):
            return own.nobody_listens(port, await self._ports(door))
        return next(page(port) for kind, page in _PAGES if isinstance(error, kind))

    async def _while_shared(self, right: Pass, work: "asyncio.Future[None]") -> None:
        try:
            while not (await asyncio.wait({work}, timeout=GUARD_SECONDS))[0]:
                if await self._doors.of(right, anew=True) is None:
                    return
            work.result()
        finally:
            work.cancel()

    async def _ports(self, door: Door) -> tuple[ListeningPort, ...] | None:
        try:
            return await (await self._proxy.tunnels.to(door)).ports()
        except (EngineError, LostError):
            return None

    async def _reserved(self, scope: Scope, send: Send, place: Place) -> None:
        path = scope["path"]
        if path == ENTER:
            await self._enter(scope, send, place)
        elif path == STATE:
            await self._tell_state(scope, send, place)
        elif path.startswith(VISIT):
            await self._visit(scope, send, place, path.removeprefix(VISIT))
        else:
            await self._say(scope, send, own.nowhere())

    async def _enter(self, scope: Scope, send: Send, place: Place) -> None:
        """Make a pass of a ticket, and take it out of the address."""
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        right = passes.of_ticket(asked.get("ticket", [""])[0], place)
        if right is None:
            await self._say(scope, send, self._refusal(place, None))
            return
        cookie = passes.cookie(self._proxy.domain, right.signed(), passes.PASS_SECONDS)
        await _send(send, own.redirect(names.path_of(asked.get("to", ["/"])[0]), cookie=cookie))

    async def _tell_state(self, scope: Scope, send: Send, place: Place) -> None:
        right = self._right(scope, place)
        door = None if right is None else await self._doors.of(right)
        if door is None:
            await self._say(scope, send, self._refusal(place, right))
            return
        ports = await self._ports(door) if door.is_open else None
        answers = ports is not None and any(each.port == place.port for each in ports)
        await _send(send, own.facts({"answers": answers, "stamp": own.stamp(ports)}))

    async def _visit(self, scope: Scope, send: Send, place: Place, share: str) -> None:
        """Ask a visitor first, then give a pass that is good as long as the share is."""
        try:
            look = partial(share_at, share_id=UUID(share), place=place)
        except ValueError:
            await self._say(scope, send, own.ended())
            return
        found = await database_sync_to_async(look)()
        if found is None:
            await self._say(scope, send, own.ended())
        elif scope["method"] != "POST" or not _is_own_form(scope):
            await self._say(scope, send, own.made_by_a_learner(scope["path"]))
        else:
            # It may outlive the share, which is asked for each time, so that its end can be told.
            right = Pass(place, share=found.id, language=translation.get_language() or "en")
            cookie = passes.cookie(self._proxy.domain, right.signed(), passes.PASS_SECONDS)
            await _send(send, own.redirect("/", cookie=cookie))

    async def _say(self, scope: Scope, send: Send, page: own.Page) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        answer = own.render(page, frames_by=self._proxy.frames_by)
        await _send(send, answer, with_body=scope["method"] != "HEAD")


def _language(scope: Scope, right: Pass | None) -> str:
    """Return the language of our own pages: the pass's, else the one that the browser asks for."""
    if right is not None:
        return right.language
    request = HttpRequest()
    asked = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    request.META["HTTP_ACCEPT_LANGUAGE"] = asked.decode("latin-1")
    return preferences.browsers_interface(request).value


def _is_own_form(scope: Scope) -> bool:
    """Tell whether a form came from the page that asks, and not from one that presses the button by itself."""
    site = next((value for name, value in scope["headers"] if name == b"sec-fetch-site"), b"same-origin")
    return bool(site == b"same-origin")


async def _send(send: Send, answer: own.Answer, *, with_body: bool = True) -> None:
    await send({"type": "http.response.start", "status": int(answer.status), "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
