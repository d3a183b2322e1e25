"""The request as views see it that answer htmx too."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class PageRequest(HttpRequest):
    """A request with what django-htmx's middleware adds."""

    htmx: HtmxDetails
