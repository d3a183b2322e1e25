"""The pages that are read: catalogue, course map, progress and workspace."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from slipway.accounts import preferences
from slipway.accounts import services as people
from slipway.accounts.models import Interface, Language, User
from slipway.accounts.preferences import Theme
from slipway.courses import selectors as courses
from slipway.courses.models import Course
from slipway.grading import actions as grading
from slipway.grading.models import Attempt
from slipway.pages import machine, outline, recordings, selectors, workspace
from slipway.pages.desk import lesson_or_404
from slipway.pages.outline import CourseOutline
from slipway.sandboxes import selectors as sandboxes
from slipway.terminal.access import REASONS


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show all courses; to who has begun one, first where to go on."""
    user, found = request.user, courses.catalogue()
    attempt = selectors.latest_attempt(user=user) if isinstance(user, User) else None
    outlines = _outlines(request, found, attempt)
    lines = [line for each in outlines for line in each.lessons]
    current = next((line for line in lines if attempt is not None and line.lesson.id == attempt.lesson_id), None)
    context = {
        "here": "catalogue",
        "outlines": outlines,
        "attempt": attempt if current is not None else None,
        "current": current,
        "first_lesson": lines[0].lesson if lines else None,
        "machine_note": _machine_note(attempt),
    }
    return render(request, "pages/catalogue.html", context)


@require_safe
def course_map(request: HttpRequest, course: str) -> HttpResponse:
    """Show the lessons of a course with their exercises and how far the learner is."""
    found = courses.course_by_slug(course)
    if found is None:
        raise Http404
    user = request.user
    attempt = selectors.latest_attempt(user=user) if isinstance(user, User) else None
    [view] = _outlines(request, [found], attempt)
    return render(request, "pages/course.html", {"outline": view, "machine": _machine(user, view)})


@login_required
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Show the learner how far each course is."""
    user = request.user
    attempt = selectors.latest_attempt(user=user) if isinstance(user, User) else None
    outlines = _outlines(request, courses.catalogue(), attempt)
    return render(request, "pages/progress.html", {"here": "progress", "outlines": outlines})


@never_cache
@require_safe
def show_lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponseBase:
    """Show a lesson beside its machine, which starts for who is signed in; a stranger, so a crawler too, only reads."""
    row = lesson_or_404(course, lesson)
    language = preferences.language_of(request)
    if isinstance(request.user, User):
        attempt = grading.open_lesson(learner=request.user, lesson=row)
        page = workspace.for_learner(attempt=attempt, lesson=row, learner=request.user, language=language)
    else:
        page = workspace.for_stranger(lesson=row, language=language)
    siblings = courses.lessons_of(row.course)
    at = siblings.index(row)
    context = {
        "workspace": page,
        "row": row,
        "course": course,
        "lesson": lesson,
        "split": preferences.split_of(request),
        "look": preferences.look_of(request),
        "has_previews": settings.PREVIEW_DOMAIN is not None and page.attempt is not None,
        "refusals": [(code, gettext(said)) for code, said in REASONS.items()],
        "lessons_total": len(siblings),
        "previous": siblings[at - 1] if at else None,
        "following": siblings[at + 1] if at + 1 < len(siblings) else None,
    }
    response = render(request, "pages/workspace.html", context)
    return recordings.with_player(request, response) if page.content.recordings else response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the theme in a cookie."""
    response = redirect(_safe_next(request))
    if request.POST.get("theme") in set(Theme):
        preferences.remember(response, "theme", request.POST["theme"])
    return response


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language of lessons: with the person, and in a cookie for when nobody is signed in."""
    response = redirect(_safe_next(request))
    if request.POST.get("language") in Language.values:
        language = Language(request.POST["language"])
        preferences.remember(response, "language", language.value)
        if isinstance(request.user, User):
            people.choose_language(user=request.user, language=language)
    return response


@require_POST
def choose_interface(request: HttpRequest) -> HttpResponse:
    """Keep the language of the pages: with the person, and in a cookie for when nobody is signed in."""
    response = redirect(_safe_next(request))
    if request.POST.get("interface") in Interface.values:
        interface = Interface(request.POST["interface"])
        preferences.remember(response, settings.LANGUAGE_COOKIE_NAME, interface.value)
        if isinstance(request.user, User):
            people.choose_interface(user=request.user, interface=interface)
    return response


def _safe_next(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else "/"


def _outlines(request: HttpRequest, found: list[Course], attempt: Attempt | None) -> list[CourseOutline]:
    user = request.user
    marks = selectors.marks_of(user=user, courses=found) if isinstance(user, User) else {}
    return [outline.build(each, marks, attempt.lesson_id if attempt else None) for each in found]


def _machine(user: object, view: CourseOutline) -> machine.MachineView | None:
    if not isinstance(user, User) or view.current is None:
        return None
    lesson = view.current.lesson
    sandbox = sandboxes.sandbox_for(user=user, course=view.course.slug, image=lesson.image)
    return machine.summary(sandboxes.machine_state(sandbox=sandbox)) if sandbox is not None else None


def _machine_note(attempt: Attempt | None) -> str:
    if attempt is None:
        return ""
    lesson = attempt.lesson
    sandbox = sandboxes.sandbox_for(user=attempt.learner, course=lesson.course.slug, image=lesson.image)
    if sandbox is None:
        return machine.none().note
    return machine.summary(sandboxes.machine_state(sandbox=sandbox)).note
