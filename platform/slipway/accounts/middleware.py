"""The language of the pages, for all that a request leads to."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from slipway.accounts import preferences
from slipway.accounts.models import Interface


class InterfaceMiddleware:
    """Does what Django's LocaleMiddleware does, but asks the person first: a choice follows its owner everywhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language that the person, or else the browser, asks for."""
        interface = _interface_of(request)
        with translation.override(interface.value):
            response = self._get_response(request)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        response.headers.setdefault("Content-Language", interface.value)
        return response


def _interface_of(request: HttpRequest) -> Interface:
    try:
        return preferences.interface_of(request)
    except (InterfaceError, OperationalError):
        # The database is away. The page that needs it says so, in the language that the browser asks for.
        return preferences.browsers_interface(request)
