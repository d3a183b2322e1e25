"""Answers for when a part that a page needs is away for a moment."""

from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

log = structlog.get_logger(__name__)

_AWAY = (OperationalError, InterfaceError, RedisConnectionError, RedisTimeoutError)
_RETRY_SECONDS = 10


class UnavailableMiddleware:
    """Says 503 and when to come back, rather than 500, while the database or Redis does not answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view that could not reach what it needs."""
        if not isinstance(exception, _AWAY):
            return None
        log.warning("a part is away", path=request.path, error=str(exception))
        response = render(None, "503.html", status=503)
        response["Retry-After"] = str(_RETRY_SECONDS)
        return response
