"""A learner at a lesson: how views find both, and answer with the parts of the page that changed."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from slipway.accounts import preferences
from slipway.accounts.models import User
from slipway.accounts.requests import PageRequest
from slipway.courses import selectors as courses
from slipway.courses.models import Lesson
from slipway.grading import selectors as attempts
from slipway.grading.models import Attempt
from slipway.pages import workspace
from slipway.pages.fragments import Fragment, Renderer
from slipway.sandboxes import selectors as sandboxes
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.services import SandboxError


@dataclass(frozen=True)
class Desk:
    """One learner at one lesson."""

    learner: User
    lesson: Lesson
    attempt: Attempt

    @property
    def address(self) -> str:
        """Return where the lesson's page is."""
        return reverse("lesson", args=[self.lesson.course.slug, self.lesson.slug])

    @property
    def sandbox(self) -> Sandbox:
        """Return the learner's machine for this lesson."""
        course, image = self.lesson.course.slug, self.lesson.image
        found = sandboxes.sandbox_for(user=self.learner, course=course, image=image)
        if found is None:
            raise SandboxError(gettext("You have no machine at the moment. Load the page again, and one starts."))
        return found


def lesson_or_404(course: str, lesson: str) -> Lesson:
    """Return the lesson at this address."""
    row = courses.lesson_by_slug(course, lesson)
    if row is None:
        raise Http404
    return row


def with_desk(request: PageRequest, slugs: tuple[str, str], answer_for: Callable[[Desk], HttpResponse]) -> HttpResponse:
    """Answer for the learner at the lesson; lead who is not signed in, or has not begun it, to where that is done."""
    lesson = lesson_or_404(*slugs)
    address = reverse("lesson", args=slugs)
    if not isinstance(request.user, User):
        return _leave(request, redirect_to_login(address))
    attempt = attempts.open_attempt_of(learner=request.user, lesson=lesson)
    if attempt is None:
        return _leave(request, redirect(address))
    return answer_for(Desk(request.user, lesson, attempt))


def _leave(request: PageRequest, response: HttpResponse) -> HttpResponse:
    """Redirect the whole page, not only the part that htmx would swap."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    return response


def changed(
    request: PageRequest, desk: Desk, trouble: str, anchor: str, parts: Callable[[Renderer], list[Fragment]]
) -> HttpResponse:
    """Answer with the parts of the page that changed, or lead back to it; `trouble` is told there."""
    if not request.htmx:
        if trouble:
            messages.error(request, trouble)
        return redirect(desk.address + anchor)
    view = workspace.for_learner(
        attempt=desk.attempt,
        lesson=desk.lesson,
        learner=desk.learner,
        language=preferences.language_of(request),
    )
    html = "".join(part.html for part in parts(Renderer(view, get_token(request), extra=True)))
    trigger = json.dumps({"slipway:notice": {"text": trouble}})
    return HttpResponse(html, headers={"HX-Trigger": trigger})
