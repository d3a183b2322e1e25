"""A request stays on one thread, and a view may still be asynchronous."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.deprecation import MiddlewareMixin
from pytest_django import Settings

from slipway.handler import OneThreadHandler

seen: list[int] = []


def note() -> None:
    """Note the thread that this runs in."""
    seen.append(threading.get_ident())


class Plain:
    """A middleware that knows nothing of asynchronous ones."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note both ways."""
        note()
        response = self._get_response(request)
        note()
        return response


class Both(MiddlewareMixin):
    """One as Django's own are: of either kind."""

    def process_request(self, _request: HttpRequest) -> None:
        """Note the way in."""
        note()

    def process_response(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Note the way out."""
        note()
        return response


def plain(_request: HttpRequest) -> HttpResponse:
    """Answer at once."""
    note()
    return HttpResponse("plain")


async def asynchronous(_request: HttpRequest) -> HttpResponse:
    """Answer on the event loop."""
    await asyncio.sleep(0)
    note()
    return HttpResponse("asynchronous")


urlpatterns = [path("plain/", plain), path("asynchronous/", asynchronous)]


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [f"{__name__}.{name}" for name in ("Both", "Plain", "Both")]
    seen.clear()


async def answer(address: str) -> bytes:
    """Return the body of the answer at an address."""
    make: Any = ApplicationCommunicator  # asgiref leaves it without types
    scope = {"type": "http", "method": "GET", "path": address, "headers": [], "query_string": b""}
    request = make(OneThreadHandler(), scope)
    await request.send_input({"type": "http.request"})
    assert (await request.receive_output(timeout=5))["status"] == 200
    body: bytes = (await request.receive_output(timeout=5))["body"]
    await request.wait(timeout=5)
    return body


async def test_a_request_stays_on_one_thread() -> None:
    """Which is not the event loop's, for others wait there."""
    assert await answer("/plain/") == b"plain"
    assert len(seen) == 7
    assert set(seen) != {threading.get_ident()}
    assert len(set(seen)) == 1


async def test_an_asynchronous_view_is_on_the_loop() -> None:
    """Alone of all that its request passes."""
    assert await answer("/asynchronous/") == b"asynchronous"
    view = seen.pop(3)
    assert view == threading.get_ident()
    assert len(set(seen)) == 1
    assert view not in seen
