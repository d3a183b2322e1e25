"""What the application does for previews: it lets their learner in, and shares them at the learner's word."""

from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from slipway.accounts.models import User
from slipway.preview import names, services, site
from slipway.preview.names import Place
from slipway.preview.passes import Pass
from slipway.sandboxes import selectors as sandboxes


@login_required
@never_cache
@require_safe
def open_preview(request: HttpRequest, sandbox_id: UUID, port: int) -> HttpResponse:
    """Lead its learner to a preview, as from a link in a window of its own."""
    return redirect(_way_in(request, _own(request, sandbox_id, port), request.GET.get("path", "/")))


@never_cache
@require_POST
def ticket(request: HttpRequest, sandbox_id: UUID, port: int) -> HttpResponse:
    """Answer with the address that lets its learner in once, for the pane."""
    place = _own(request, sandbox_id, port)
    return JsonResponse({"url": _way_in(request, place, request.POST.get("path", "/"))})


@require_POST
def share(request: HttpRequest, sandbox_id: UUID, port: int) -> HttpResponse:
    """Make a link for others, and answer with it and with how many minutes it lasts."""
    place = _own(request, sandbox_id, port)
    made = services.share(place=place)
    minutes = max(1, round(settings.PREVIEW_SHARE_SECONDS / 60))
    return JsonResponse({"url": f"{_domain().origin(place)}{site.VISIT}{made.id.hex}", "minutes": minutes})


@require_POST
def withdraw(request: HttpRequest, sandbox_id: UUID, port: int) -> HttpResponse:
    """End that link."""
    services.withdraw(place=_own(request, sandbox_id, port))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _own(request: HttpRequest, sandbox_id: UUID, port: int) -> Place:
    """Return a place of the person's own machine. Another's is as absent as one that never was."""
    sandbox = sandboxes.sandbox_by_id(sandbox_id=sandbox_id)
    is_own = isinstance(request.user, User) and sandbox is not None and sandbox.owner_id == request.user.pk
    if not is_own or not 0 < port <= names.MOST_PORT:
        raise Http404
    return Place(sandbox_id, port)


def _way_in(request: HttpRequest, place: Place, path: str) -> str:
    right = Pass(place, person=request.user.pk, language=get_language() or "en")
    asked = urlencode({"ticket": right.ticket(), "to": names.path_of(path)})
    return f"{_domain().origin(place)}{site.ENTER}?{asked}"


def _domain() -> names.Domain:
    if settings.PREVIEW_DOMAIN is None:
        raise Http404
    domain: names.Domain = settings.PREVIEW_DOMAIN
    return domain
