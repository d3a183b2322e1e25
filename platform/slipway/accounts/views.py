"""Sign-in and sign-up, which guests may use too, and the one click that makes a guest."""

from typing import Any

from allauth.account import views as allauth
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from slipway.accounts import services
from slipway.accounts.models import Language


class _AlsoForGuestsMixin:
    """Sends away only who is signed in with an account: for a guest these pages are the way to one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_guest:
            return redirect(self.get_authenticated_redirect_url())  # type: ignore[attr-defined]
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class SignInView(_AlsoForGuestsMixin, allauth.LoginView):
    """Sign in to an account."""


class SignUpView(_AlsoForGuestsMixin, allauth.SignupView):
    """Sign up; a guest goes on as the same person."""


@require_POST
def start_as_guest(request: HttpRequest) -> HttpResponse:
    """Sign a stranger in as a new guest and lead on to the page that was asked for."""
    following = _safe_next(request)
    if request.user.is_authenticated:
        return redirect(following)
    if not ratelimit.consume(request, action="guest"):
        return render(request, "account/too_many_guests.html", status=429)
    guest = services.create_guest(language=_wanted_language(request))
    login(request, guest, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(following)


def _wanted_language(request: HttpRequest) -> Language:
    value = request.COOKIES.get("language", "")
    return Language(value) if value in Language.values else Language.ENGLISH


def _safe_next(request: HttpRequest) -> str:
    """Return the address in `next` when it is one of this site, else the catalogue's."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return resolve_url(settings.LOGIN_REDIRECT_URL)
