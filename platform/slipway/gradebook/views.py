"""What graders see: their courses, the grid of one, the evidence behind a cell, and the CSV file."""

from collections.abc import AsyncIterator, Callable, Iterable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST, require_safe

from slipway.accounts import preferences
from slipway.accounts import selectors as people
from slipway.accounts.models import User
from slipway.accounts.requests import PageRequest
from slipway.courses.models import Course, Lesson
from slipway.courses.selectors import course_by_slug
from slipway.gradebook import selectors, sheet
from slipway.gradebook.sheet import Show
from slipway.grading import actions as grading
from slipway.grading import evidence as grades
from slipway.grading.errors import GradingError
from slipway.grading.evidence import Evidence
from slipway.sandboxes.models import Snapshot
from slipway.sandboxes.services import SandboxError


@login_required
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """List the courses that the person grades."""
    grader = _person(request)
    if not people.may_grade_any(user=grader):
        raise PermissionDenied(gettext(_NO_GRADER))
    found = selectors.courses_of(grader=grader)
    return render(request, "gradebook/courses.html", {"here": "grades", "courses": found})


@login_required
@require_safe
def grid(request: HttpRequest, course: str) -> HttpResponse:
    """Show learners by exercises."""
    return render(request, "gradebook/grid.html", _grid_context(request, _graded_course(request, course)))


@login_required
@require_safe
def evidence(request: PageRequest, course: str, attempt: UUID, exercise: str) -> HttpResponse:
    """Show what is behind one cell: beside the grid, or alone when the page asks for that part only."""
    row = _graded_course(request, course)
    context = _evidence_context(request, row, attempt, exercise)
    if request.htmx:
        return render(request, "gradebook/evidence.html", context)
    return render(request, "gradebook/grid.html", {**_grid_context(request, row), **context})


@login_required
@require_POST
def check_again(request: PageRequest, course: str, attempt: UUID, exercise: str) -> HttpResponse:
    """Run the checks of one exercise again on the learner's machine."""
    grader = _person(request)
    return _on_evidence(
        request,
        (course, attempt, exercise),
        lambda found: grading.recheck(attempt=found.attempt, exercise=found.exercise, grader=grader),
    )


@login_required
@require_POST
def keep_snapshot(request: PageRequest, course: str, attempt: UUID, exercise: str) -> HttpResponse:
    """Keep the learner's machine as it is, under a name."""
    grader, name = _person(request), request.POST.get("name", "")
    return _on_evidence(
        request,
        (course, attempt, exercise),
        lambda found: grading.keep_snapshot(attempt=found.attempt, name=name, asked_by=grader),
    )


@login_required
@require_POST
def remove_snapshot(request: PageRequest, course: str, attempt: UUID, exercise: str, snapshot: int) -> HttpResponse:
    """Remove a snapshot that was named."""
    return _on_evidence(
        request,
        (course, attempt, exercise),
        lambda found: grading.remove_snapshot(attempt=found.attempt, snapshot_id=snapshot),
    )


def _on_evidence(request: PageRequest, place: tuple[str, UUID, str], act: Callable[[Evidence], object]) -> HttpResponse:
    """Do it, and answer with the sheet as it is then, or with the page that has it."""
    course, attempt, exercise = place
    row = _graded_course(request, course)
    found = _evidence_or_404(row, attempt, exercise)
    trouble = ""
    try:
        act(found)
    except (GradingError, SandboxError) as error:
        trouble = str(error)
    if request.htmx:
        context = {**_evidence_context(request, row, attempt, exercise), "trouble": trouble}
        return render(request, "gradebook/evidence.html", context)
    if trouble:
        messages.error(request, trouble)
    return redirect("evidence", course, attempt, exercise)


@login_required
@require_safe
def export(request: HttpRequest, course: str) -> StreamingHttpResponse:
    """Send the grid as a CSV file."""
    row = _graded_course(request, course)
    rows = sheet.csv_rows(grades.grid(course=row))
    content = _asynchronous(rows) if isinstance(request, ASGIRequest) else rows
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.slug}-grades.csv"'
    return response


_NO_GRADER = gettext_noop("You are not a grader here. Whoever runs this Slipway can make you one.")
_NOT_THIS_COURSE = gettext_noop("You are not a grader of this course. Whoever runs this Slipway can make you one.")


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied(gettext(_NO_GRADER))
    return request.user


def _graded_course(request: HttpRequest, slug: str) -> Course:
    if not people.may_grade(user=request.user, course=slug):
        raise PermissionDenied(gettext(_NOT_THIS_COURSE))
    course = course_by_slug(slug)
    if course is None:
        raise Http404
    return course


def _grid_context(request: HttpRequest, course: Course) -> dict[str, object]:
    lessons = list(course.lessons.all())
    lesson = next((each for each in lessons if each.slug == request.GET.get("lesson")), None)
    value = request.GET.get("show", "")
    show = Show(value) if value in set(Show) else Show.EVERYONE
    find = request.GET.get("find", "")
    found = grades.grid(course=course, lesson=lesson)
    return {
        "here": "grades",
        "course": course,
        "lessons": lessons,
        "chosen": _slug(lesson),
        "show": show,
        "find": find,
        "groups": sheet.groups(found.exercises, preferences.language_of(request)),
        "lines": sheet.lines(found, show=show, find=find),
        "learners": len(found.rows),
        "exercises": len(found.exercises),
    }


def _slug(lesson: Lesson | None) -> str:
    return lesson.slug if lesson is not None else ""


def _evidence_or_404(course: Course, attempt: UUID, slug: str) -> Evidence:
    exercise = selectors.exercise_of(course=course.slug, attempt_id=attempt, slug=slug)
    found = grades.evidence(attempt_id=attempt, exercise=exercise) if exercise is not None else None
    if found is None:
        raise Http404
    return found


def _evidence_context(request: HttpRequest, course: Course, attempt: UUID, slug: str) -> dict[str, object]:
    found = _evidence_or_404(course, attempt, slug)
    return {
        "course": course,
        "evidence": found,
        "newest": found.verdicts[0] if found.verdicts else None,
        "is_checking": selectors.is_being_checked(attempt_id=attempt),
        "is_copying": any(each.state == Snapshot.State.MAKING for each in found.snapshots),
        "name_characters": Snapshot.NAME_CHARACTERS,
        "number": sheet.number_of(found.exercise),
        "language": preferences.language_of(request),
    }


async def _asynchronous(rows: Iterable[str]) -> AsyncIterator[str]:
    for row in rows:
        yield row
