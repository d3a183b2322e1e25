"""What a learner keeps beside a lesson: notes, marks of what was read, the place. Also the notes as a file."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from slipway.accounts import preferences
from slipway.accounts.models import User
from slipway.accounts.requests import PageRequest
from slipway.courses import selectors as courses
from slipway.pages import notebook
from slipway.pages.desk import Desk, changed, with_desk
from slipway.study import selectors, services
from slipway.study.errors import StudyError


@require_POST
def note(request: PageRequest, course: str, lesson: str, section: str) -> HttpResponse:
    """Keep a note beside a section."""
    text = request.POST.get("note", "")
    return _beside(
        request,
        (course, lesson, section),
        lambda desk: services.keep_note(learner=desk.learner, lesson=desk.lesson, section=section, text=text),
    )


@require_POST
def read(request: PageRequest, course: str, lesson: str, section: str) -> HttpResponse:
    """Mark a section as read, or as to be read again."""
    is_read = request.POST.get("is_read") == "1"
    return _beside(
        request,
        (course, lesson, section),
        lambda desk: services.mark_read(learner=desk.learner, lesson=desk.lesson, section=section, is_read=is_read),
    )


@require_POST
def place(request: PageRequest, course: str, lesson: str) -> HttpResponse:
    """Remember the section that is being read; the page says so on its own account, and needs no answer."""
    section = request.POST.get("section", "")

    def keep(desk: Desk) -> HttpResponse:
        _require_section(request, desk, section)
        services.keep_place(learner=desk.learner, lesson=desk.lesson, section=section)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    return with_desk(request, (course, lesson), keep)


@login_required
@require_safe
def export(request: PageRequest, course: str) -> HttpResponse:
    """Send all notes of a course as a Markdown file."""
    row = courses.course_by_slug(course)
    if row is None or not isinstance(request.user, User):
        raise Http404
    notes = selectors.notes_of(learner=request.user, course=row)
    text = notebook.markdown(row, notes, preferences.language_of(request), request.build_absolute_uri("/"))
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.slug}-notes.md"'
    return response


def _beside(request: PageRequest, slugs: tuple[str, str, str], keep: Callable[[Desk], None]) -> HttpResponse:
    course, lesson, section = slugs

    def answer_for(desk: Desk) -> HttpResponse:
        _require_section(request, desk, section)
        trouble = ""
        try:
            keep(desk)
        except StudyError as error:
            trouble = str(error)
        return changed(
            request, desk, trouble, f"#{section}", lambda renderer: [renderer.foot(section), renderer.contents()]
        )

    return with_desk(request, (course, lesson), answer_for)


def _require_section(request: PageRequest, desk: Desk, section: str) -> None:
    template = courses.lesson_template(desk.lesson, preferences.language_of(request))
    if section not in {line.id for line in template.contents}:
        raise Http404
