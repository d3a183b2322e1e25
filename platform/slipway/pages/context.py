"""What every template may use."""

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Return the variables that the shared parts of pages need."""
    return {"theme": request.COOKIES.get("theme", "")}
