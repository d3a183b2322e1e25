"""The machine that an attempt is checked in: whether it can be, and if not, whether waiting helps."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_noop

from slipway import sentences
from slipway.courses import selectors as courses
from slipway.grading.models import Attempt
from slipway.sandboxes import advance, services
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.selectors import sandbox_for
from slipway.sandboxes.states import ASLEEP, State


class NotNowError(Exception):
    """The machine cannot be asked yet; what waits is done when it can."""


class SetUpDueError(NotNowError):
    """The machine runs, and the lesson's setup is yet to run on it."""


class NeverError(Exception):
    """Waiting does not help; the text says why and what to do next."""


def sandbox_of(attempt: Attempt) -> Sandbox | None:
    """Return the machine that the attempt is worked on in."""
    return sandbox_for(user=attempt.learner, course=attempt.lesson.course.slug, image=attempt.lesson.image)


def is_set_up_due(attempt: Attempt, sandbox: Sandbox) -> bool:
    """Tell whether the lesson's setup is yet to run on the machine's present disk."""
    content = courses.lesson_content(attempt.lesson)
    return bool(content.setup or content.remember) and attempt.set_up_on != sandbox.disk


def set_up_failure(attempt: Attempt, sandbox: Sandbox) -> str:
    """Return why setup failed on the machine's present disk; empty when it did not."""
    return attempt.setup_failure if attempt.setup_disk == sandbox.disk else ""


def require_live(attempt: Attempt) -> Sandbox:
    """Return the attempt's machine, ready and set up, or raise `NotNowError` or `NeverError`."""
    if attempt.ended_at is not None:
        raise NeverError(
            gettext_noop("The learner started the lesson over, so the machine holds nothing of this attempt any more.")
        )
    sandbox = sandbox_of(attempt)
    if sandbox is None or sandbox.state in {State.REMOVING, State.GONE}:
        raise NeverError(gettext_noop("There is no machine to check: it was removed. Open the lesson for a new one."))
    if sandbox.state == State.FAILED:
        raise NeverError(sentences.MACHINE_FAILED.format(failure=sandbox.failure))
    if sandbox.state != State.READY:
        raise NotNowError(f"machine is {sandbox.state}")
    if is_set_up_due(attempt, sandbox):
        if failure := set_up_failure(attempt, sandbox):
            raise NeverError(sentences.NOT_SET_UP.format(failure=failure))
        raise SetUpDueError("machine is not set up yet")
    return sandbox


@contextmanager
def awake(attempt: Attempt) -> Iterator[None]:
    """Wake a suspended machine for the time of the block, unless its learner comes back meanwhile."""
    sandbox = sandbox_of(attempt)
    if sandbox is not None and sandbox.state in ASLEEP | {State.RESUMING}:
        # Each time that it is tried in vain: no learner is there to keep the place in the line.
        services.note_awaited(sandbox=sandbox)
    if sandbox is None or sandbox.state not in ASLEEP:
        yield
        return
    unused_since = sandbox.used_at
    services.request_resume(sandbox=sandbox)
    advance.advance(sandbox_id=sandbox.id)
    try:
        yield
    finally:
        sandbox.refresh_from_db()
        if sandbox.state == State.READY:
            services.suspend_unused(sandbox=sandbox, since=unused_since)
            advance.advance(sandbox_id=sandbox.id)
