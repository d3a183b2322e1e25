"""How a request passes through Django: on one thread, from the first middleware to the view and back."""

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase


class OneThreadHandler(ASGIHandler):
    """Django's handler, with its own synchronous chain of middleware in a request's thread.

    The asynchronous chain changes to a thread and back for each step of a middleware that is not asynchronous itself,
    and where several pages are made at once each change waits for its turn (docs/performance.md has what that cost). A
    view that is asynchronous runs on the event loop as before, and its request's thread waits for it.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  (Django's own signature)
        """Build the chain that runs on one thread."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Return what the chain answers."""
        answer: Any = sync_to_async(self.get_response, thread_sensitive=True)
        response: HttpResponseBase = await answer(request)
        return response
