"""The page that searches all lessons."""

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
    hits = search.find(query=query, language=preferences.language_of(request))
    context = {"here": "search", "query": query, "hits": hits, "is_cut": len(hits) == search.LIMIT}
    return render(request, "pages/search.html", context)
