"""The API, version 1: check, progress and health. It uses the session of the browser, with CSRF protection."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.security import SessionAuth

from slipway.accounts.models import User
from slipway.api import health as parts
from slipway.api.schemas import CheckAccepted, CheckRequest, Health, LessonProgress, Problem
from slipway.courses.models import Exercise, Lesson
from slipway.courses.selectors import lesson_by_slug
from slipway.grading import actions, selectors
from slipway.grading.errors import GradingError
from slipway.grading.models import Attempt, CheckRun
from slipway.sandboxes.services import SandboxError

# The description is for who is signed in; the pages that draw it come from elsewhere, so they are off.
api = NinjaAPI(title="Slipway", version="1", docs_url=None, docs_decorator=login_required, auth=SessionAuth())

_LESSON = "/courses/{course}/lessons/{lesson}"
_PROBLEMS = {401: Problem, 403: Problem, 404: Problem, 409: Problem}


@api.post(_LESSON + "/check", response={202: CheckAccepted, **_PROBLEMS})
def check(request: HttpRequest, course: str, lesson: str, wanted: CheckRequest | None = None) -> tuple[int, object]:
    """Ask for a check of one exercise, or of all that are not passed yet."""
    learner = _person(request)
    attempt = _open_attempt(learner, _lesson(course, lesson))
    exercise = _exercise(attempt.lesson, wanted.exercise) if wanted is not None and wanted.exercise else None
    run = actions.check(attempt=attempt, exercise=exercise, trigger=CheckRun.Trigger.API, requested_by=learner)
    return 202, CheckAccepted.of(run)


@api.get(_LESSON + "/progress", response={200: LessonProgress, **_PROBLEMS})
def progress(request: HttpRequest, course: str, lesson: str) -> LessonProgress:
    """Return how far the learner is with a lesson that is begun."""
    attempt = _open_attempt(_person(request), _lesson(course, lesson))
    return LessonProgress.of(selectors.lesson_state(attempt=attempt))


@api.get("/health", auth=None, response={200: Health, 503: Health})
def health(request: HttpRequest) -> tuple[int, Health]:  # noqa: ARG001  (the shape of a view)
    """Tell whether database, Redis and an engine answer; 503 when one does not."""
    found = parts.look()
    return (200 if found.is_healthy else 503), found


@api.exception_handler(AuthenticationError)
def _not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001  (ninja's shape)
    return _problem(request, 401, "Nobody is signed in: send the session's cookie.")


@api.exception_handler(GradingError)
def _not_possible(request: HttpRequest, error: GradingError) -> HttpResponse:
    return _problem(request, 409, str(error))


@api.exception_handler(SandboxError)
def _no_machine(request: HttpRequest, error: SandboxError) -> HttpResponse:
    return _problem(request, 409, str(error))


def _problem(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    return api.create_response(request, Problem(detail=detail), status=status)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise AuthenticationError
    return request.user


def _lesson(course: str, lesson: str) -> Lesson:
    row = lesson_by_slug(course, lesson)
    if row is None:
        raise HttpError(404, f"There is no lesson {course}/{lesson} here.")
    return row


def _open_attempt(learner: User, lesson: Lesson) -> Attempt:
    attempt = selectors.open_attempt_of(learner=learner, lesson=lesson)
    if attempt is None:
        raise HttpError(409, "You have not begun this lesson: open its page first.")
    return attempt


def _exercise(lesson: Lesson, slug: str) -> Exercise:
    row = lesson.exercises.filter(slug=slug, is_listed=True).first()
    if row is None:
        known = ", ".join(lesson.exercises.filter(is_listed=True).values_list("slug", flat=True))
        raise HttpError(404, f"This lesson has no exercise {slug}. It has: {known}.")
    return row
