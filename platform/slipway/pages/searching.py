"""The page that searches all lessons."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from slipway.accounts import preferences
from slipway.courses import search

MAX_QUERY = 200


@require_safe
def search_lessons(request: HttpRequest) -> HttpResponse:
    """Show the sections in which all words stand, each with a piece of its text."""
    query = request.GET.get("q", "").strip()[:MAX_QUERY]
    context: dict[str, object] = {"here": "search", "query": query}
    if query and not _may_search(request):
        return render(request, "pages/search.html", context | {"is_refused": True}, status=429)
    hits = search.find(query=query, language=preferences.language_of(request))
    context |= {"hits": hits, "is_cut": len(hits) == search.LIMIT}
    return render(request, "pages/search.html", context)


def _may_search(request: HttpRequest) -> bool:
    """Count a search: for each account, and for the address of all who have none, since anybody may become a guest."""
    has_account = request.user.is_authenticated and not request.user.is_guest
    action = "search" if has_account else "search_without_account"
    # The public function counts no GET.
    return ratelimit.consume(request, app="allauth.account", action=action, limit_get=True) is not None
