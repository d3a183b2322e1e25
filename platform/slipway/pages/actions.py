"""What a learner does on a lesson's page: one service call each, answered by what changed or by a redirect."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from slipway.accounts import preferences
from slipway.accounts.requests import PageRequest
from slipway.courses import selectors as courses
from slipway.courses.models import Exercise
from slipway.grading import actions as grading
from slipway.grading import services
from slipway.grading.errors import GradingError
from slipway.grading.evidence import happened as happened_before
from slipway.pages import explaining
from slipway.pages.desk import Desk, changed, with_desk
from slipway.pages.fragments import Fragment, Renderer
from slipway.pages.wording import Wording
from slipway.sandboxes import actions as machines
from slipway.sandboxes.services import SandboxError

_ANSWER_PREFIX = "answer-"
# Of the largest key that a database has.
_MOST_DIGITS = 18


@require_POST
def check(request: PageRequest, course: str, lesson: str, exercise: str) -> HttpResponse:
    """Check one exercise now."""
    return _on_card(
        request,
        (course, lesson, exercise),
        lambda desk, row: grading.check(attempt=desk.attempt, exercise=row, requested_by=desk.learner),
    )


@require_POST
def answer(request: PageRequest, course: str, lesson: str, exercise: str) -> HttpResponse:
    """Keep what was typed as an answer and check it."""
    typed = _typed_answers(request.POST)
    return _on_card(
        request,
        (course, lesson, exercise),
        lambda desk, row: grading.submit_answer(attempt=desk.attempt, exercise=row, answers=typed),
    )


@require_POST
def hint(request: PageRequest, course: str, lesson: str, exercise: str) -> HttpResponse:
    """Open the next hint."""
    number = _number(request, "number")
    if number is None:
        raise Http404
    return _on_card(
        request,
        (course, lesson, exercise),
        lambda desk, row: services.open_hint(attempt=desk.attempt, exercise=row, number=number),
    )


@require_POST
def solution(request: PageRequest, course: str, lesson: str, exercise: str) -> HttpResponse:
    """Open the solution."""
    return _on_card(
        request,
        (course, lesson, exercise),
        lambda desk, row: services.open_solution(attempt=desk.attempt, exercise=row),
    )


@require_safe
def explain(request: PageRequest, course: str, lesson: str, exercise: str) -> HttpResponse:
    """Tell what happened before the newest verdict: on the card, or on a page of its own without a script."""

    def answer_for(desk: Desk) -> HttpResponse:
        row = desk.lesson.exercises.filter(slug=exercise, is_listed=True).first()
        content = next((each for each in courses.lesson_content(desk.lesson).exercises if each.id == exercise), None)
        if row is None or content is None:
            raise Http404
        happened = happened_before(attempt=desk.attempt, exercise=row)
        wording = Wording(preferences.language_of(request), desk.attempt.parameters)
        told = explaining.story(happened, wording, content) if happened else None
        context = {"slug": exercise, "story": told, "title": row.title, "course": course, "lesson": lesson}
        return render(request, "pages/story.html" if request.htmx else "pages/story_page.html", context)

    return with_desk(request, (course, lesson), answer_for)


@require_POST
def skip(request: PageRequest, course: str, lesson: str, exercise: str) -> HttpResponse:
    """Leave an exercise out for now."""
    return _on_card(
        request,
        (course, lesson, exercise),
        lambda desk, row: grading.skip_exercise(attempt=desk.attempt, exercise=row),
    )


@require_POST
def unskip(request: PageRequest, course: str, lesson: str, exercise: str) -> HttpResponse:
    """Take up an exercise that was left out."""
    return _on_card(
        request,
        (course, lesson, exercise),
        lambda desk, row: grading.unskip_exercise(attempt=desk.attempt, exercise=row),
    )


@require_POST
def reset_exercise(request: PageRequest, course: str, lesson: str, exercise: str) -> HttpResponse:
    """Put an exercise back to the state before the first try."""
    return _on_card(
        request,
        (course, lesson, exercise),
        lambda desk, row: services.reset_exercise(attempt=desk.attempt, exercise=row),
    )


@require_POST
def open_machine(request: PageRequest, course: str, lesson: str) -> HttpResponse:
    """Wake the machine, or start one where there is none."""
    return _on_machine(
        request, (course, lesson), lambda desk: grading.open_lesson(learner=desk.learner, lesson=desk.lesson)
    )


@require_POST
def retry_machine(request: PageRequest, course: str, lesson: str) -> HttpResponse:
    """Start a machine again that failed."""
    return _on_machine(request, (course, lesson), lambda desk: machines.retry(sandbox=desk.sandbox))


@require_POST
def extend_machine(request: PageRequest, course: str, lesson: str) -> HttpResponse:
    """Let the machine stay awake for longer."""
    response = _on_machine(request, (course, lesson), lambda desk: machines.extend(sandbox=desk.sandbox))
    # Told once the new time is on the page.
    response["HX-Trigger-After-Settle"] = "slipway:extended"
    return response


@require_POST
def suspend_machine(request: PageRequest, course: str, lesson: str) -> HttpResponse:
    """Put the machine to sleep."""
    return _on_machine(request, (course, lesson), lambda desk: machines.suspend(sandbox=desk.sandbox))


@require_POST
def reset_machine(request: PageRequest, course: str, lesson: str) -> HttpResponse:
    """Make the machine as new."""
    return _on_machine(request, (course, lesson), lambda desk: machines.reset(sandbox=desk.sandbox))


@require_POST
def go_back(request: PageRequest, course: str, lesson: str) -> HttpResponse:
    """Bring the machine back to a snapshot."""
    snapshot, removes = _number(request, "snapshot"), _number(request, "removes")
    if snapshot is None:
        raise Http404
    return _on_machine(
        request,
        (course, lesson),
        lambda desk: grading.go_back(attempt=desk.attempt, snapshot_id=snapshot, removes=removes),
    )


def _number(request: PageRequest, field: str) -> int | None:
    """Return the number in a field of a form; nothing when there is none, or none of ours."""
    text = request.POST.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


@require_POST
def set_up_again(request: PageRequest, course: str, lesson: str) -> HttpResponse:
    """Run the lesson's set-up again after it failed."""
    return _on_machine(request, (course, lesson), lambda desk: grading.request_set_up(attempt=desk.attempt))


@require_POST
def start_over(request: PageRequest, course: str, lesson: str) -> HttpResponse:
    """Begin the lesson anew, with new values and a machine as new."""
    return with_desk(request, (course, lesson), lambda desk: _started_over(request, desk))


def _started_over(request: PageRequest, desk: Desk) -> HttpResponse:
    try:
        grading.start_over(attempt=desk.attempt)
    except (GradingError, SandboxError) as error:
        messages.error(request, str(error))
    return redirect(desk.address)


def _typed_answers(form: QueryDict) -> dict[str, list[str]]:
    """Return what a card's form says by question; of `answer-QUESTION.ITEM` as `ITEM=VALUE`, where there is one."""
    answers: dict[str, list[str]] = {}
    for name, values in form.lists():
        if name.startswith(_ANSWER_PREFIX):
            question, _, item = name.removeprefix(_ANSWER_PREFIX).partition(".")
            found = [f"{item}={value}" if item else value for value in map(str, values) if value]
            answers.setdefault(question, []).extend(found)
    return answers


def _on_card(
    request: PageRequest, slugs: tuple[str, str, str], act: Callable[[Desk, Exercise], object]
) -> HttpResponse:
    course, lesson, slug = slugs

    def answer_for(desk: Desk) -> HttpResponse:
        row = desk.lesson.exercises.filter(slug=slug, is_listed=True).first()
        if row is None:
            raise Http404
        trouble = _trouble(lambda: act(desk, row))
        return changed(request, desk, trouble, f"#{slug}", lambda renderer: _card_parts(renderer, slug))

    return with_desk(request, (course, lesson), answer_for)


def _card_parts(renderer: Renderer, slug: str) -> list[Fragment]:
    return [*renderer.cards([slug]), *renderer.progress()]


def _on_machine(request: PageRequest, slugs: tuple[str, str], act: Callable[[Desk], object]) -> HttpResponse:
    def answer_for(desk: Desk) -> HttpResponse:
        trouble = _trouble(lambda: act(desk))
        return changed(request, desk, trouble, "", lambda renderer: renderer.machine())

    return with_desk(request, slugs, answer_for)


def _trouble(act: Callable[[], object]) -> str:
    """Do it, and return what to tell the person when it is not possible."""
    try:
        act()
    except (GradingError, SandboxError) as error:
        return str(error)
    return ""
