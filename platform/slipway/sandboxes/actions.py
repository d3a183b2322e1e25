"""One function for each thing that a person does to a sandbox: the service call, and the task that follows it."""

from uuid import UUID

from slipway.accounts.models import User
from slipway.lessonfile.model import DEFAULT_SESSION, Session
from slipway.sandboxes import keeping, selectors, services, tasks
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.queues import engine_queue, enqueue
from slipway.sandboxes.states import State

# Several terminals of one machine report its death at once; what is older than this has been looked after.
REPORT_EXPIRES_SECONDS = 5


def open_sandbox(*, user: User, course: str, image: str, session: Session = DEFAULT_SESSION) -> Sandbox:
    """Return the learner's sandbox of this course and image, made or woken if need be; others of the course sleep."""
    sandbox, *others = services.open_sandbox(user=user, course=course, image=image, session=session)
    keeping.announce_again(owner=user, course=course)
    for each in (sandbox, *others):
        tasks.bring_on(each)
    return sandbox


def retry(*, sandbox: Sandbox) -> Sandbox:
    """Try again after a failure."""
    services.touch(sandbox_id=sandbox.id)
    return _brought_on(services.request_retry(sandbox=sandbox))


def resume(*, sandbox: Sandbox) -> Sandbox:
    """Wake a suspended machine; its time begins anew."""
    services.touch(sandbox_id=sandbox.id)
    return _brought_on(services.request_resume(sandbox=sandbox))


def suspend(*, sandbox: Sandbox) -> Sandbox:
    """Put a machine to sleep; its files stay."""
    return _brought_on(services.request_suspend(sandbox=sandbox))


def extend(*, sandbox: Sandbox) -> Sandbox:
    """Let a machine stay awake for as long as if it were used now."""
    services.extend(sandbox=sandbox)
    return sandbox


def reset(*, sandbox: Sandbox) -> Sandbox:
    """Give the learner a machine as new."""
    return _brought_on(services.request_reset(sandbox=sandbox))


def remove(*, sandbox: Sandbox) -> Sandbox:
    """Remove the machine and its disk for good."""
    return _brought_on(services.request_remove(sandbox=sandbox))


def report_unreachable(*, sandbox_id: UUID) -> None:
    """Ask to look after a machine that should be ready and was not reached; if it is dead it comes back by itself."""
    sandbox = selectors.sandbox_by_id(sandbox_id=sandbox_id)
    if sandbox is not None and sandbox.state == State.READY and sandbox.engine is not None:
        queue = engine_queue(sandbox.engine.name)
        enqueue(tasks.verify, str(sandbox_id), queue=queue, expires=REPORT_EXPIRES_SECONDS)


def _brought_on(sandbox: Sandbox) -> Sandbox:
    tasks.bring_on(sandbox)
    return sandbox
