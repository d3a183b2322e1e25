"""What is written about attempts: opening, starting over, and what a learner does with an exercise's card."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from slipway.accounts.models import User
from slipway.courses import selectors as courses
from slipway.courses.models import Exercise, Lesson
from slipway.grading import checkruns, selectors
from slipway.grading.errors import GradingError
from slipway.grading.matching import bounded
from slipway.grading.models import Attempt, CheckRun, Command, Progress
from slipway.grading.seeds import seed_of
from slipway.lessonfile import model, parameters, questions
from slipway.sandboxes.models import Sandbox
from slipway.sentences import told

COMMAND_CHARACTERS = 8192


@dataclass(frozen=True, slots=True)
class EndedCommand:
    """A command as the shell's marks tell it; terminal, boot and offset say which one it was."""

    terminal: str
    boot: str
    offset: int
    text: str
    exit_status: int
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """A command that was new, and the check run that was asked for because of it."""

    command: Command
    run: CheckRun | None


def open_attempt(*, learner: User, lesson: Lesson) -> Attempt:
    """Return the learner's open attempt of this lesson, begun now if there is none; parameters are drawn once."""
    attempt = selectors.open_attempt_of(learner=learner, lesson=lesson) or _begin(learner, lesson)
    attempt.opened_at = timezone.now()
    attempt.save(update_fields=["opened_at"])
    _complete(attempt)
    return attempt


def _complete(attempt: Attempt) -> None:
    """Add what a lesson that was published anew since has more: parameters and exercises."""
    content = courses.lesson_content(attempt.lesson)
    if any(spec.name not in attempt.parameters for spec in content.parameters):
        with transaction.atomic():
            # Locked and read anew: setup may have noted what it remembers meanwhile.
            fresh = Attempt.objects.select_for_update().get(id=attempt.id)
            fresh.parameters = {**parameters.draw(content), **fresh.parameters}
            fresh.save(update_fields=["parameters"])
        attempt.parameters = fresh.parameters
    exercises = list(Exercise.objects.filter(lesson=attempt.lesson, is_listed=True).exclude(progress__attempt=attempt))
    if exercises:
        paid = selectors.paid_before(attempt=attempt)
        rows = [Progress(attempt=attempt, exercise=each, **paid.get(each.id, {})) for each in exercises]
        Progress.objects.bulk_create(rows, ignore_conflicts=True)


def _begin(learner: User, lesson: Lesson) -> Attempt:
    try:
        with transaction.atomic():
            drawn = parameters.draw(courses.lesson_content(lesson))
            return Attempt.objects.create(learner=learner, lesson=lesson, parameters=drawn)
    except IntegrityError:  # the learner's other tab was first
        return Attempt.objects.select_related("learner", "lesson__course").get(
            learner=learner, lesson=lesson, ended_at=None
        )


def start_over(*, attempt: Attempt) -> Attempt:
    """End the attempt, whose evidence stays, and open another with parameters of its own.

    Help that was paid for and did not lead to passing yet stays open there, and stays paid.
    """
    with transaction.atomic():
        Attempt.objects.filter(id=attempt.id, ended_at=None).update(ended_at=timezone.now())
        for run in checkruns.unfinished().filter(attempt=attempt):
            checkruns.fail(run=run, reason=gettext_noop("The learner started the lesson over."))
    return open_attempt(learner=attempt.learner, lesson=attempt.lesson)


def record_command(*, sandbox: Sandbox, command: EndedCommand) -> Recorded | None:
    """Record a command that ended and ask for a check of the lesson opened last in that machine.

    Nothing happens, and nothing is returned, for one that was recorded before. Text beyond 8,192 characters is dropped.
    """
    attempt = selectors.latest_attempt(sandbox=sandbox)
    values = asdict(command) | {"text": command.text[:COMMAND_CHARACTERS]}
    try:
        with transaction.atomic():
            row = Command.objects.create(sandbox=sandbox, attempt=attempt, **values)
            run = checkruns.request_after_command(attempt=attempt, command=row) if attempt else None
            return Recorded(row, run)
    except IntegrityError:
        place = {name: values[name] for name in ("terminal", "boot", "offset")}
        if not Command.objects.filter(sandbox=sandbox, **place).exists():
            raise
        return None


def submit_answer(*, attempt: Attempt, exercise: Exercise, answers: Mapping[str, Sequence[str]]) -> CheckRun | None:
    """Keep what was answered, as a page sends it by field, and ask for a check of that exercise.

    A prediction is kept once, so that it can be compared with what came out, and is nothing to check by itself.
    """
    fields = [field for field in _content(attempt, exercise).answers if field.id in answers]
    if not fields:
        raise GradingError(gettext("This exercise has no answer to type: it is done in the terminal."))
    with transaction.atomic():
        # The attempt's row is the lock: two tabs that answer at once keep both answers.
        Attempt.objects.select_for_update().filter(id=attempt.id).values_list("id").get()
        progress = _progress(attempt, exercise)
        fields = [field for field in fields if not (field.is_prediction and progress.answers.get(field.id))]
        kept = {field.id: _kept(attempt, exercise, field, answers[field.id]) for field in fields}
        if any(field.is_prediction and kept[field.id] for field in fields):
            progress.predicted_at = timezone.now()
        progress.answers = {**progress.answers, **kept}
        progress.save(update_fields=["answers", "predicted_at"])
        if all(field.is_prediction for field in fields):
            return None
        return checkruns.request(
            attempt=attempt, trigger=CheckRun.Trigger.ANSWER, exercise=exercise, requested_by=attempt.learner
        )


def _kept(attempt: Attempt, exercise: Exercise, field: model.AnswerField, given: Sequence[str]) -> str:
    try:
        return questions.kept(field, given, seed_of(attempt.id, exercise.slug, field))
    except questions.AnswerError as error:
        raise GradingError(gettext("{reason} Nothing was checked.").format(reason=told(str(error)))) from error


def open_hint(*, attempt: Attempt, exercise: Exercise, number: int) -> Progress:
    """Open the exercise's hints up to this number, one more than is open at most."""
    hints = _content(attempt, exercise).hints
    progress = _progress(attempt, exercise)
    if not 1 <= number <= len(hints):
        said = gettext("This exercise has {total} hints: there is no number {number}.")
        raise GradingError(said.format(total=len(hints), number=number))
    if number > progress.hints_opened + 1:
        said = gettext("Hints open one after the other: open hint {number} first.")
        raise GradingError(said.format(number=progress.hints_opened + 1))
    cost = courses.lesson_content(attempt.lesson).costs.hint
    return _change(progress, Q(hints_opened__lt=number), hints_opened=number, points_lost=_lost(exercise, cost))


def open_solution(*, attempt: Attempt, exercise: Exercise) -> Progress:
    """Note that the learner looked at the solution; the first time counts."""
    content = courses.lesson_content(attempt.lesson)
    if content.is_test:
        raise GradingError(gettext("This is a test: it shows no solutions."))
    progress = _progress(attempt, exercise)
    lost = _lost(exercise, content.costs.solution)
    return _change(progress, Q(solution_opened_at=None), solution_opened_at=timezone.now(), points_lost=lost)


def _lost(exercise: Exercise, cost: int) -> Case:
    """Return the points that are lost with one more help: none after the exercise was passed, nor more than it has.

    The database adds: two tabs that ask for help at once pay for both.
    """
    passed = When(status=Progress.Status.PASSED, then=F("points_lost"))
    return Case(passed, default=Least(Value(exercise.points), F("points_lost") + cost))


def skip_exercise(*, attempt: Attempt, exercise: Exercise) -> Progress:
    """Go on without this exercise; one that passed stays passed."""
    progress = _progress(attempt, exercise)
    return _change(progress, ~Q(status=Progress.Status.PASSED), status=Progress.Status.SKIPPED)


def unskip_exercise(*, attempt: Attempt, exercise: Exercise) -> Progress:
    """Take a skipped exercise up again."""
    progress = _progress(attempt, exercise)
    return _change(progress, Q(status=Progress.Status.SKIPPED), status=Progress.Status.TODO)


def reset_exercise(*, attempt: Attempt, exercise: Exercise) -> Progress:
    """Begin the exercise again as not done. Verdicts, tries and opened hints stay: they are evidence."""
    cleared: dict[str, Any] = {"status": Progress.Status.TODO, "answers": {}, "checks_passed": 0}
    cleared |= {"passed_at": None, "predicted_at": None}
    return _change(_progress(attempt, exercise), Q(), **cleared)


def _content(attempt: Attempt, exercise: Exercise) -> model.Exercise:
    try:
        return courses.lesson_content(attempt.lesson).exercise(exercise.slug)
    except KeyError:
        raise GradingError(gettext("This exercise is no longer in the lesson. Open the lesson again.")) from None


def _progress(attempt: Attempt, exercise: Exercise) -> Progress:
    return Progress.objects.get_or_create(attempt=attempt, exercise=exercise)[0]


def _change(progress: Progress, condition: Q, **changes: Any) -> Progress:
    Progress.objects.filter(condition, id=progress.id).update(**changes)
    progress.refresh_from_db()
    return progress


def begin_set_up(*, attempt: Attempt, disk: str) -> None:
    """Note that setup runs on this disk: from its first step on a new one, else from where it stopped."""
    if attempt.setup_disk != disk:
        attempt.setup_disk, attempt.setup_steps_done = disk, 0
    attempt.setup_failure = ""
    attempt.save(update_fields=["setup_disk", "setup_steps_done", "setup_failure"])


def step_done(*, attempt: Attempt) -> None:
    """Note that one more setup step has ended."""
    Attempt.objects.filter(id=attempt.id).update(setup_steps_done=F("setup_steps_done") + 1)
    attempt.setup_steps_done += 1


def set_up_failed(*, attempt: Attempt, reason: str) -> None:
    """Note why setup failed, for people."""
    attempt.setup_failure = bounded(reason)[:500]
    attempt.save(update_fields=["setup_failure"])


def forget_set_up_failure(*, attempt: Attempt) -> None:
    """Let setup be tried again, from the step that failed."""
    attempt.setup_failure = ""
    attempt.save(update_fields=["setup_failure"])


def set_up_done(*, attempt: Attempt, remembered: dict[str, str]) -> None:
    """Note that setup has ended on its disk, with what was observed there for later checks."""
    with transaction.atomic():
        # Locked and read anew: the lesson may have been opened, and have got new parameters, meanwhile.
        fresh = Attempt.objects.select_for_update().get(id=attempt.id)
        fresh.set_up_on = attempt.setup_disk
        fresh.parameters = {**fresh.parameters, **remembered}
        fresh.save(update_fields=["set_up_on", "parameters"])
    attempt.set_up_on, attempt.parameters = fresh.set_up_on, fresh.parameters
