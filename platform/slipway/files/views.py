"""The addresses that pages ask for a machine's files: who it is, one act, and in what words it failed."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from http import HTTPStatus
from urllib.parse import quote, unquote_to_bytes
from uuid import UUID

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from slipway.accounts.models import User
from slipway.engine.port import EngineError
from slipway.engine.stream import ExecStream
from slipway.files import asked
from slipway.files.answers import NonsenseError, RefusedError
from slipway.files.asked import AskedError, Request
from slipway.files.link import Download, SilentError, ask
from slipway.files.saying import sentence
from slipway.sandboxes import services
from slipway.sandboxes.doors import Shut, ShutError, find_door, is_out_of_reach
from slipway.sandboxes.room import CrowdedError, FullError, Room
from slipway.sandboxes.states import State

# Each takes two descriptors and, while it lasts, a program in the machine.
MOST, MOST_EACH = 128, 8
room = Room(MOST, MOST_EACH)

logger = logging.getLogger(__name__)


class _NotReadyError(Exception):
    """The machine does not run."""


@require_POST
async def act(request: HttpRequest, sandbox_id: UUID, act: str) -> HttpResponseBase:
    """Do one act and answer in JSON: what it found, or in `says` why not."""
    try:
        return await _act(request, sandbox_id, act)
    except Exception as error:  # noqa: BLE001  (what has no sentence is raised again)
        return _failed(error, sandbox_id)


async def _act(request: HttpRequest, sandbox_id: UUID, act: str) -> JsonResponse:
    wanted = asked.request_of(act, request.GET.dict())
    content = _content(request, act)
    user = await request.auser()
    place = await _place(user, sandbox_id)
    with room.place(user.pk):
        return JsonResponse(await ask(ExecStream.open, place, wanted, content))


def _content(request: HttpRequest, act: str) -> bytes:
    most = asked.most_content(act)
    content = request.read(most + 1)
    if len(content) > most:
        raise AskedError("text-large" if act == "save" else "bad-request")
    return bytes(content)


@require_GET
async def download(request: HttpRequest, sandbox_id: UUID) -> HttpResponseBase:
    """Send a file, or a folder as a tar archive: always as something to keep, never as a page."""
    try:
        wanted = asked.request_of("download", request.GET.dict())
        user = await request.auser()
        place = await _place(user, sandbox_id)
        with room.place(user.pk):
            found = await Download.begin(ExecStream.open, place, wanted)
    except Exception as error:  # noqa: BLE001  (what has no sentence is raised again)
        return _failed(error, sandbox_id)
    response = StreamingHttpResponse(_pieces(found, user.pk), content_type="application/octet-stream")
    response["Content-Disposition"] = _disposition(wanted, is_folder=found.is_folder)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    if found.size is not None:
        response["Content-Length"] = str(found.size)
    return response


async def _pieces(found: Download, person: int | None) -> AsyncIterator[bytes]:
    """Yield a download. Its place is taken here: a response that is never begun has none to give back."""
    with room.place(person):
        async for piece in found.pieces():
            yield piece


def _disposition(wanted: Request, *, is_folder: bool) -> str:
    """Return the header that names a download (RFC 6266): plain for old browsers, then whole."""
    raw = unquote_to_bytes(str(wanted["path"])).rpartition(b"/")[2] or b"machine"
    name = raw.decode(errors="replace") + (".tar" if is_folder else "")
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_" for letter in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _place(user: User | AnonymousUser, sandbox_id: UUID) -> tuple[str, str]:
    find: Callable[[], Awaitable[tuple[str, str]]] = database_sync_to_async(partial(_find, user, sandbox_id))
    return await find()


def _find(user: User | AnonymousUser, sandbox_id: UUID) -> tuple[str, str]:
    """Return the engine's socket and the machine's name, and note that the machine is used."""
    _, sandbox = find_door(user=user, sandbox_id=sandbox_id)
    if sandbox.state != State.READY or sandbox.engine is None:
        raise _NotReadyError
    if is_out_of_reach(sandbox):
        raise ShutError(Shut.OUT_OF_REACH)
    services.touch(sandbox_id=sandbox_id)
    return sandbox.engine.socket, sandbox.machine


_STATUS: dict[type[Exception], tuple[HTTPStatus, str]] = {
    _NotReadyError: (HTTPStatus.CONFLICT, "not-ready"),
    EngineError: (HTTPStatus.SERVICE_UNAVAILABLE, "lost"),
    SilentError: (HTTPStatus.GATEWAY_TIMEOUT, "silent"),
    NonsenseError: (HTTPStatus.BAD_GATEWAY, "nonsense"),
    FullError: (HTTPStatus.SERVICE_UNAVAILABLE, "full-house"),
    CrowdedError: (HTTPStatus.TOO_MANY_REQUESTS, "crowded"),
}


def _failed(error: Exception, sandbox_id: UUID) -> JsonResponse:
    """Return the answer for an act that failed in a way that has a sentence; raise any other error again."""
    if isinstance(error, ShutError):
        is_lost = error.why is Shut.OUT_OF_REACH
        status = HTTPStatus.SERVICE_UNAVAILABLE if is_lost else HTTPStatus.FORBIDDEN
        return JsonResponse({"code": "lost" if is_lost else "shut", "says": gettext(str(error))}, status=status)
    if isinstance(error, AskedError):
        return JsonResponse({"code": error.code, "says": sentence(error.code)}, status=HTTPStatus.BAD_REQUEST)
    if isinstance(error, RefusedError):
        about = {"text": error.text, "token": error.token} if error.code == "changed" else {}
        said = {"code": error.code, "says": sentence(error.code), **about}
        return JsonResponse(said, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    for kind, (status, code) in _STATUS.items():
        if isinstance(error, kind):
            if kind is NonsenseError:
                logger.warning("The files of sandbox %s: %s", sandbox_id, error)
            return JsonResponse({"code": code, "says": sentence(code)}, status=status)
    raise error
