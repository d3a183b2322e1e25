"""The request as the middleware leaves it. Pure: a type."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request that says whether htmx made it, and so wants fragments of the page."""

    htmx: HtmxDetails
