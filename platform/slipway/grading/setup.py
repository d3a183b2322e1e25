"""Set a machine up for an attempt: the lesson's steps, each with visible progress and a second try."""

from uuid import UUID

from slipway import bus, sentences
from slipway.courses import selectors as courses
from slipway.engine import port
from slipway.grading import judging, machines, observing, selectors, services
from slipway.grading.models import Attempt
from slipway.lessonfile import model, scripts
from slipway.sandboxes import engines, leases
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State

TRIES = 2


class _StepError(Exception):
    """A step did not succeed; the text is the last that it said."""


def set_up(*, attempt_id: UUID) -> None:
    """Run the steps that are due on the attempt's machine.

    Raise `EngineUnreachableError` or `MachineMissingError` when the machine does not answer: the rest is done later.
    """
    # Who finds the lease taken leaves. The holder looks again at its own attempt once it is free, for the machine may
    # have been reset; another attempt is sent again by `requeue`.
    while due := _due(attempt_id):
        # One at a time for each learner: a machine that hangs keeps one worker waiting and not all of them.
        with leases.hold(f"setup-{due[0].learner_id}") as is_ours:
            if not is_ours:
                return
            _run_here(*due)


def _due(attempt_id: UUID) -> tuple[Attempt, Sandbox] | None:
    attempt = selectors.attempt_by_id(attempt_id=attempt_id)
    sandbox = machines.sandbox_of(attempt) if attempt and attempt.ended_at is None else None
    if attempt is None or sandbox is None or sandbox.state != State.READY:
        return None
    is_due = machines.is_set_up_due(attempt, sandbox) and not machines.set_up_failure(attempt, sandbox)
    return (attempt, sandbox) if is_due else None


def _run_here(attempt: Attempt, sandbox: Sandbox) -> None:
    try:
        _run(attempt, sandbox)
    except port.MachineMissingError:
        # Reset or put to sleep meanwhile? Then the next look says what is due now.
        sandbox.refresh_from_db()
        if sandbox.state == State.READY and sandbox.disk == attempt.setup_disk:
            raise


def _run(attempt: Attempt, sandbox: Sandbox) -> None:
    content = courses.lesson_content(attempt.lesson)
    services.begin_set_up(attempt=attempt, disk=sandbox.disk)
    try:
        for step in content.setup[attempt.setup_steps_done :]:
            _announce(attempt, content, "running")
            _run_step(sandbox, step, attempt)
            services.step_done(attempt=attempt)
        remembered = _remember(attempt, sandbox, content)
    except _StepError as error:
        services.set_up_failed(attempt=attempt, reason=str(error))
        _announce(attempt, content, "failed")
        return
    services.set_up_done(attempt=attempt, remembered=remembered)
    _announce(attempt, content, "done")


def _run_step(sandbox: Sandbox, step: model.SetupStep, attempt: Attempt) -> None:
    argv = scripts.setup_argv(step, attempt.parameters)
    said, is_timeout = "", False
    for _ in range(TRIES):
        said, is_timeout = _try(sandbox, argv)
        if not said:
            return
        if is_timeout:
            break
    title = model.in_language(step.title, attempt.learner.language)
    raise _StepError(sentences.SETUP_FAILED.format(step=title, said=said))


def _try(sandbox: Sandbox, argv: list[str]) -> tuple[str, bool]:
    """Run a step. Return nothing when it succeeded, else why it did not, and whether it took too long."""
    try:
        result = engines.of(sandbox).run(sandbox.machine, argv, timeout_seconds=scripts.SETUP_TIMEOUT_SECONDS)
    except (port.EngineUnreachableError, port.MachineMissingError):
        raise
    except port.EngineError as error:
        return str(error), isinstance(error, port.RunTimeoutError)
    if result.exit_status == 0:
        return "", False
    last_lines = result.stderr.decode(errors="replace").strip().splitlines()[-3:]
    return sentences.STEP_ENDED.format(status=result.exit_status, said=" ".join(last_lines)), False


def _remember(attempt: Attempt, sandbox: Sandbox, content: model.Lesson) -> dict[str, str]:
    if not content.remember:
        return {}
    requests = judging.plan((), attempt.parameters, content.remember)
    try:
        observations = observing.observe(engines.of(sandbox), sandbox.machine, requests)
    except (port.EngineUnreachableError, port.MachineMissingError):
        raise
    except port.EngineError as error:
        raise _StepError(sentences.NOT_LOOKED_AT.format(said=error)) from error
    try:
        return judging.memories(content.remember, observations, attempt.parameters)
    except judging.Unobserved as error:
        raise _StepError(sentences.FILES_MISSING.format(said=error)) from error


def _announce(attempt: Attempt, content: model.Lesson, state: str) -> None:
    bus.publish(
        attempt.learner_id,
        "setup",
        attempt=str(attempt.id),
        step=attempt.setup_steps_done,
        total=len(content.setup),
        state=state,
        failure=attempt.setup_failure,
    )
