"""Do an attempt's check runs: one observation of its machine each, then verdicts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.utils.translation import gettext_noop

from slipway import sentences
from slipway.courses import selectors as courses
from slipway.engine import port
from slipway.grading import checkruns, impostors, judging, machines, observing, verdicts
from slipway.grading.drills import drill
from slipway.grading.models import Attempt, CheckRun, Command, Progress
from slipway.lessonfile import model, subjects
from slipway.sandboxes import engines, leases, services
from slipway.sandboxes.models import Sandbox

log = structlog.get_logger(__name__)

# The progress rows of which this process learnt that a first look does not help.
_in_vain: set[int] = set()
_MAX_IN_VAIN = 10_000
_MAX_HISTORY = 5_000
_TOO_LONG = gettext_noop("The check took too long and was ended. Check again; if it stays so, reset the machine.")
_NOT_SET_UP = gettext_noop(
    "The machine was reset and its lesson was not opened since, so there is nothing of the learner's to check."
)


def run_next(*, attempt_id: UUID) -> Attempt | None:
    """Do the attempt's next run; return the learner's attempt that has one to be done after it.

    One at a time for each learner: whoever keeps a check waiting keeps one worker waiting and not all of them.
    Raise `EngineUnreachableError` or `MachineMissingError` when the machine does not answer: the run is done later.
    """
    run = checkruns.next_of(attempt_id=attempt_id)
    if run is None:
        return None
    with leases.hold(f"check-{run.attempt.learner_id}") as is_ours:
        if not is_ours:
            return None
        try:
            _do_or_fail(run)
        except machines.NotNowError as error:
            log.info("checks wait", attempt=str(attempt_id), reason=str(error))
            return None
    # Who found the lease taken has left, so the holder looks again now that it is free: no request is lost between.
    following = checkruns.unfinished().filter(attempt__learner=run.attempt.learner_id).order_by("requested_at").first()
    return following.attempt if following else None


def _do_or_fail(run: CheckRun) -> None:
    try:
        if run.trigger == CheckRun.Trigger.GRADER:
            with machines.awake(run.attempt):
                _do(run)
        else:
            _do(run)
    except machines.NeverError as error:
        checkruns.fail(run=run, reason=str(error))
    except SoftTimeLimitExceeded:
        # Ended and not tried again: whoever keeps a check from ending would keep a worker for ever.
        log.exception("a check took too long", run=str(run.id))
        checkruns.fail(run=run, reason=_TOO_LONG)
    except machines.SetUpDueError:
        if run.trigger != CheckRun.Trigger.GRADER:
            raise
        checkruns.fail(run=run, reason=_NOT_SET_UP)


def _do(run: CheckRun) -> None:
    sandbox = machines.require_live(run.attempt)
    if not checkruns.take(run=run):
        return
    rows = list(Progress.objects.filter(attempt=run.attempt, exercise__is_listed=True).select_related("exercise"))
    asked, focus = checkruns.asked_of(run=run), verdicts.focus_of(rows)
    try:
        looked_at = _looked_at(run, rows, asked)
        told = {row.id for row in looked_at if verdicts.is_told_when_failing(row, asked, focus)}
        findings = _observe(run.attempt, sandbox, looked_at, told)
    except (port.EngineUnreachableError, port.MachineMissingError):
        raise
    except port.EngineError as error:
        raise machines.NeverError(sentences.NOT_CHECKED.format(failure=error)) from error
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        # What is judged comes from a machine that is not ours: no answer of it may stop those who wait behind.
        log.exception("a check could not be judged", run=str(run.id))
        raise machines.NeverError(
            gettext_noop("The check could not be judged. Check again; if it stays so, tell your teacher.")
        ) from error
    verdicts.finish(run=run, findings=findings, asked=asked, focus=focus)
    if run.trigger != CheckRun.Trigger.GRADER:
        services.touch(sandbox_id=sandbox.id)


def _looked_at(run: CheckRun, rows: list[Progress], asked: checkruns.Asked) -> list[Progress]:
    """Return what is looked at. Nothing is done to a machine that nobody asked for, and one drill takes its time."""
    content = courses.lesson_content(run.attempt.lesson)
    drilled = {exercise.id for exercise in content.exercises if exercise.drill}
    asked_last = next((exercise.slug for exercise in asked.exercises if exercise.slug in drilled), None)
    left_alone = drilled - {asked_last}
    return [row for row in rows if row.exercise.slug not in left_alone and _is_looked_at(run, row, asked)]


def _is_looked_at(run: CheckRun, row: Progress, asked: checkruns.Asked) -> bool:
    if asked.names(row.exercise_id):
        return True
    if run.trigger == CheckRun.Trigger.GRADER:
        return asked.everything
    return row.status != Progress.Status.PASSED


def _observe(attempt: Attempt, sandbox: Sandbox, rows: list[Progress], told: set[int]) -> list[verdicts.Finding]:
    """Look at all that would be told, and as far beyond as it takes to see what has passed.

    Mistakes cost most of a look, and what runs a program the rest: the one is looked for only where a failing verdict
    would be told, the other only there and where all else holds.
    """
    by_id = {exercise.id: exercise for exercise in courses.lesson_content(attempt.lesson).exercises}
    found = {row: by_id[row.exercise.slug] for row in rows if row.exercise.slug in by_id}
    first = {row: exercise if row.id in told else first_look(exercise, row.id) for row, exercise in found.items()}
    history, machine = _history(attempt), engines.of(sandbox)
    typed = [command for _, command in history]
    drilled = {row: drill(machine, sandbox.machine, found[row], attempt.parameters) for row in found}

    def look(exercises: Iterable[model.Exercise]) -> judging.Observations:
        return observing.observe(machine, sandbox.machine, judging.plan(exercises, attempt.parameters))

    def judge(row: Progress, exercise: model.Exercise, seen: judging.Observations) -> verdicts.Finding:
        own = typed if row.predicted_at is None else _typed_since(history, row.predicted_at)
        judgement = judging.judge(exercise, replace(seen, drilled=drilled[row]), own, row.answers, attempt.parameters)
        is_answered = all(row.answers.get(field.id) for field in exercise.answers)
        return verdicts.Finding(progress=row, judgement=judgement, is_answered=is_answered)

    seen = look(first.values())
    findings = {row: judge(row, exercise, seen) for row, exercise in first.items()}
    hopeful = {
        row: replace(found[row], mistakes=())
        for row, finding in findings.items()
        if finding.judgement.passed and len(first[row].checks) < len(found[row].checks)
    }
    if hopeful:
        seen = look(hopeful.values())
        findings |= {row: judge(row, exercise, seen) for row, exercise in hopeful.items()}
    if any(finding.judgement.passed for finding in findings.values()):
        impostors.refuse(machine, sandbox.machine)
    if len(_in_vain) > _MAX_IN_VAIN:
        _in_vain.clear()
    _in_vain.update(row.id for row in hopeful if not findings[row].judgement.passed)
    return list(findings.values())


def first_look(exercise: model.Exercise, progress_id: int) -> model.Exercise:
    """Return what to look at first of an exercise that its learner has not come to: where it helps, what runs nothing.

    It does not help where that part holds before anything is done: what was looked at twice in vain is not again.
    """
    quick = tuple(check for check in exercise.checks if not _runs_something(check.subject))
    if not quick or progress_id in _in_vain:
        return replace(exercise, mistakes=())
    return replace(exercise, mistakes=(), checks=quick)


def _runs_something(subject: subjects.Subject) -> bool:
    match subject:
        case subjects.Command() | subjects.Script() | subjects.Http():
            return True
        case subjects.Vm():
            return bool(subject.run)
        case subjects.Hub():
            return bool(subject.search)
        case _:
            return False


def _history(attempt: Attempt) -> list[tuple[datetime, judging.TypedCommand]]:
    """Return the newest 5,000 commands with when they were begun, in the order in which they ended."""
    newest = Command.objects.filter(attempt=attempt).order_by("-ended_at", "-offset")[:_MAX_HISTORY]
    rows = newest.values_list("started_at", "text", "exit_status")
    return [(begun, judging.TypedCommand(text=text, exit_status=status)) for begun, text, status in reversed(rows)]


def _typed_since(history: list[tuple[datetime, judging.TypedCommand]], since: datetime) -> list[judging.TypedCommand]:
    """Return what was begun after a prediction; one terminal's command may begin before another's and end later."""
    return [command for begun, command in history if begun >= since]
