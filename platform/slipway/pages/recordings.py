"""Recordings of terminals: what a page's player plays, and what a page with a player may do."""

import hashlib

from csp.constants import SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import etag, require_safe

from slipway.courses import selectors as courses
from slipway.lessonfile import recordings
from slipway.pages.desk import lesson_or_404


def _source(course: str, lesson: str, name: str) -> str | None:
    return courses.lesson_content(lesson_or_404(course, lesson)).recordings.get(name)


def _etag(_request: HttpRequest, course: str, lesson: str, name: str) -> str | None:
    source = _source(course, lesson, name)
    return None if source is None else f'"{hashlib.sha256(source.encode()).hexdigest()}"'


@require_safe
@etag(_etag)
def recording(_request: HttpRequest, course: str, lesson: str, name: str) -> HttpResponse:
    """Return a recording of a lesson, which everybody may read, as the player takes it."""
    source = _source(course, lesson, name)
    if source is None:
        raise Http404
    return HttpResponse(recordings.cast(recordings.read(source)), content_type="application/x-asciicast")


def with_player(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Allow the page to compile WebAssembly, of which the player's terminal is made: docs/adr/0014-recordings.md."""
    allowing = csp_update({"script-src": [SELF, WASM_UNSAFE_EVAL]})
    return allowing(lambda _request: response)(request)
