"""One function for each thing that a person does with an attempt: the service call, and the task that follows it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext

from slipway.accounts.models import User
from slipway.courses import selectors as courses
from slipway.courses.models import Exercise, Lesson
from slipway.grading import checkruns, machines, services, snapshots, tasks
from slipway.grading.errors import GradingError
from slipway.grading.models import Attempt, CheckRun, Progress
from slipway.grading.services import EndedCommand
from slipway.sandboxes import actions as sandboxes
from slipway.sandboxes.models import Snapshot
from slipway.sandboxes.selectors import sandbox_by_id
from slipway.sandboxes.states import ASLEEP, State
from slipway.sandboxes.tasks import bring_on, send_snapshot


def open_lesson(*, learner: User, lesson: Lesson) -> Attempt:
    """Open the lesson's attempt and its machine, and set the machine up when that is due."""
    # The attempt comes first: a machine that gets ready at once looks for the attempt opened last.
    attempt = services.open_attempt(learner=learner, lesson=lesson)
    session = courses.lesson_content(lesson).session
    sandbox = sandboxes.open_sandbox(user=learner, course=lesson.course.slug, image=lesson.image, session=session)
    if sandbox.state == State.READY:
        if machines.is_set_up_due(attempt, sandbox):
            tasks.send_what_is_due(attempt, sandbox)
        elif not attempt.set_up_on:
            # Without setup, whose end would say so, the lesson begins here.
            tasks.keep_start(attempt)
    return attempt


def start_over(*, attempt: Attempt) -> Attempt:
    """Begin the lesson again, with new parameters and a machine as new."""
    begun = services.start_over(attempt=attempt)
    if sandbox := machines.sandbox_of(begun):
        sandboxes.reset(sandbox=sandbox)
    return begun


def request_set_up(*, attempt: Attempt) -> None:
    """Try setup again after it failed."""
    services.forget_set_up_failure(attempt=attempt)
    if sandbox := machines.sandbox_of(attempt):
        tasks.send_what_is_due(attempt, sandbox)


def command_ended(*, sandbox_id: UUID, command: EndedCommand) -> bool:
    """Record a command that ended in a terminal and ask for a check; tell whether it was new."""
    sandbox = sandbox_by_id(sandbox_id=sandbox_id)
    if sandbox is None:
        return False
    recorded = services.record_command(sandbox=sandbox, command=command)
    if recorded and recorded.run:
        tasks.send_what_is_due(recorded.run.attempt, sandbox)
    return recorded is not None


def check(
    *,
    attempt: Attempt,
    exercise: Exercise | None,
    trigger: CheckRun.Trigger = CheckRun.Trigger.BUTTON,
    requested_by: User | None = None,
) -> CheckRun:
    """Check one exercise, or all that are not passed yet, because somebody asked."""
    run = checkruns.request(
        attempt=attempt, trigger=trigger, exercise=exercise, requested_by=requested_by or attempt.learner
    )
    _send(attempt)
    return run


def submit_answer(*, attempt: Attempt, exercise: Exercise, answers: Mapping[str, Sequence[str]]) -> CheckRun | None:
    """Keep what was answered and check that exercise; a prediction alone is only kept."""
    run = services.submit_answer(attempt=attempt, exercise=exercise, answers=answers)
    if run is not None:
        _send(attempt)
    return run


def _send(attempt: Attempt) -> None:
    """Send the check to the learner's machine, waking it when it sleeps; the check is done once it is ready."""
    sandbox = machines.sandbox_of(attempt)
    if sandbox is not None and sandbox.state in ASLEEP:
        sandboxes.resume(sandbox=sandbox)
    tasks.send_what_is_due(attempt, sandbox)


def skip_exercise(*, attempt: Attempt, exercise: Exercise) -> Progress:
    """Go on without this exercise, to the next."""
    progress = services.skip_exercise(attempt=attempt, exercise=exercise)
    tasks.keep_start(attempt)
    return progress


def unskip_exercise(*, attempt: Attempt, exercise: Exercise) -> Progress:
    """Take a skipped exercise up again."""
    progress = services.unskip_exercise(attempt=attempt, exercise=exercise)
    tasks.keep_start(attempt)
    return progress


def go_back(*, attempt: Attempt, snapshot_id: int, removes: int | None) -> None:
    """Bring the learner's machine back to a snapshot; what it is now is kept as another one."""
    bring_on(snapshots.go_back(attempt=attempt, snapshot_id=snapshot_id, removes=removes))


def keep_snapshot(*, attempt: Attempt, name: str, asked_by: User) -> Snapshot:
    """Keep the learner's machine as it is, under a name."""
    snapshot = snapshots.request_named(attempt=attempt, name=name, asked_by=asked_by)
    send_snapshot(snapshot)
    return snapshot


def remove_snapshot(*, attempt: Attempt, snapshot_id: int) -> None:
    """Remove a snapshot that somebody named."""
    snapshots.remove_named(attempt=attempt, snapshot_id=snapshot_id)


def recheck(*, attempt: Attempt, exercise: Exercise | None, grader: User) -> CheckRun:
    """Check again for a grader: on a live machine, or on a suspended one that is woken for it."""
    sandbox = machines.sandbox_of(attempt)
    if sandbox is None:
        raise GradingError(
            gettext("The learner's machine was removed, so nothing is left to check. The verdicts so far stay.")
        )
    trigger = CheckRun.Trigger.GRADER
    run = checkruns.request(attempt=attempt, trigger=trigger, exercise=exercise, requested_by=grader)
    tasks.send_what_is_due(attempt, sandbox)
    return run
