"""What is written about sandboxes: every move is a compare-and-set, so that two who move at once cannot both win."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from slipway import bus
from slipway.accounts.models import User
from slipway.engine.port import EngineError
from slipway.lessonfile.model import Session
from slipway.sandboxes import images, policies, states
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.policy import Role
from slipway.sandboxes.signals import sandbox_ready
from slipway.sandboxes.states import State
from slipway.sentences import told

TOUCH_EVERY = timedelta(minutes=1)
# From these one comes back with one's disk.
_WAKES = states.ASLEEP | {State.SUSPENDING}
# From here a machine may be given another disk.
RESETTABLE = _WAKES | {State.READY, State.RESUMING, State.FAILED}


class SandboxError(Exception):
    """A sandbox cannot do what was asked; the text says why and what to do next."""


def move(
    *,
    sandbox: Sandbox,
    sources: frozenset[State],
    to: State,
    since: datetime | None = None,
    unused_since: datetime | None = None,
    **changes: Any,
) -> bool:
    """Move a sandbox if it is in one of the sources; tell whether.

    With `since`, only if it has been there since then; with `unused_since`, only if nobody used it after that moment.
    """
    states.require(sources, to)
    rows = Sandbox.objects.filter(id=sandbox.id, state__in=sources)
    if since is not None:
        rows = rows.filter(state_at=since)
    if unused_since is not None:
        rows = rows.filter(used_at__lte=unused_since)
    if not rows.update(state=to, state_at=timezone.now(), **changes):
        return False
    sandbox.refresh_from_db(from_queryset=Sandbox.objects.select_related("engine"))
    announce(sandbox=sandbox)
    return True


def announce(*, sandbox: Sandbox) -> None:
    """Tell open pages, and who reacts to a ready machine, once the move is committed."""
    _tell(sandbox)
    if sandbox.state == State.READY and sandbox.owner_id is not None:
        transaction.on_commit(lambda: sandbox_ready.send_robust(sender=Sandbox, sandbox=sandbox))


def _tell(sandbox: Sandbox) -> None:
    bus.publish(
        sandbox.owner_id,
        "sandbox",
        sandbox=str(sandbox.id),
        course=sandbox.course,
        image=sandbox.image,
        state=str(sandbox.state),
        failure=sandbox.failure,
        boot=sandbox.boot,
    )


def open_sandbox(*, user: User, course: str, image: str, session: Session) -> list[Sandbox]:
    """Return the learner's sandbox of this course and image, awake or on its way, then what was put to sleep for it.

    From now on it has the times of the lesson that is opened, and with its next start the policy of who opens it.
    """
    role = policies.role_of(user=user, course=course)
    sandbox = _get_or_request(user, course, image, role)
    _take_times(sandbox, session)
    if sandbox.role != role:
        sandbox.role = role
        sandbox.save(update_fields=["role"])
    if sandbox.state in _WAKES:
        move(sandbox=sandbox, sources=_WAKES, to=State.RESUMING, used_at=timezone.now())
    touch(sandbox_id=sandbox.id)
    return [sandbox, *_suspend_others(sandbox)]


def _take_times(sandbox: Sandbox, session: Session) -> None:
    times = (session.idle_minutes, session.cap_minutes, session.restarts)
    if times != (sandbox.idle_minutes, sandbox.cap_minutes, sandbox.restarts):
        sandbox.idle_minutes, sandbox.cap_minutes, sandbox.restarts = times
        sandbox.save(update_fields=["idle_minutes", "cap_minutes", "restarts"])


def _get_or_request(user: User, course: str, image: str, role: Role) -> Sandbox:
    mine = Sandbox.objects.select_related("engine").exclude(state=State.GONE)
    mine = mine.filter(owner=user, course=course, image=image)
    if sandbox := mine.first():
        return sandbox
    try:
        with transaction.atomic():
            sandbox = Sandbox.objects.create(owner=user, course=course, image=image, role=role)
    except IntegrityError:  # the learner's other tab was first
        return mine.get()
    announce(sandbox=sandbox)
    return sandbox


def _suspend_others(sandbox: Sandbox) -> list[Sandbox]:
    """Put the learner's other machines of the course to sleep, and of other courses' those that are too many."""
    awake = frozenset({State.READY, State.RESUMING})
    mine = Sandbox.objects.filter(owner=sandbox.owner_id, state__in=awake).exclude(id=sandbox.id).order_by("-used_at")
    same = [other for other in mine if other.course == sandbox.course]
    elsewhere = [other for other in mine if other.course != sandbox.course]
    surplus = elsewhere[settings.MACHINES_PER_PERSON - 1 :] if settings.MACHINES_PER_PERSON else []
    asleep = [other for other in [*same, *surplus] if move(sandbox=other, sources=awake, to=State.SUSPENDING)]
    if any(other in same and other.admitted_at for other in asleep):
        # That had room, which is for this one.
        Sandbox.objects.filter(id=sandbox.id).update(changed_at=timezone.now())
    return asleep


def touch(*, sandbox_id: UUID, at: datetime | None = None, every: timedelta = TOUCH_EVERY) -> None:
    """Note that a sandbox is in use, or was at a moment, or that its learner is there and waits.

    It is written at most this often; the pages of one that is ready hear of it, for their clocks.
    """
    moment = at or timezone.now()
    if Sandbox.objects.filter(id=sandbox_id, used_at__lt=moment - every).update(used_at=moment):
        for sandbox in Sandbox.objects.filter(id=sandbox_id, state=State.READY):
            _tell(sandbox)


def note_awaited(*, sandbox: Sandbox) -> None:
    """Note that somebody who is not its learner waits for a machine: it keeps its place in the line meanwhile."""
    Sandbox.objects.filter(id=sandbox.id).update(awaited_at=timezone.now())


def extend(*, sandbox: Sandbox) -> None:
    """Let a machine stay awake as if it were used now. Raise `SandboxError` where its lesson gives no more time."""
    if sandbox.state != State.READY:
        raise SandboxError(refusal(sandbox))
    if sandbox.ends_at >= sandbox.latest_end:
        raise SandboxError(
            gettext(
                "The machine has been awake for as long as this lesson allows, so its time cannot be extended."
                " It will be suspended with everything in it; resume it then, and it has its full time again."
            )
        )
    Sandbox.objects.filter(id=sandbox.id).update(used_at=timezone.now())
    sandbox.refresh_from_db(fields=["used_at"])
    _tell(sandbox)


def unpacked(*, sandbox: Sandbox) -> None:
    """Note that a machine on its way back has its disk again."""
    if Sandbox.objects.filter(id=sandbox.id, state=State.RESUMING).update(is_packed=False):
        sandbox.is_packed = False
        _tell(sandbox)


def request_resume(*, sandbox: Sandbox) -> Sandbox:
    """Ask for a suspended machine; one that is ready or on its way counts as done."""
    on_its_way = frozenset({State.READY, State.REQUESTED, State.PREPARING, State.RESUMING, State.RESETTING})
    return _request(sandbox, _WAKES, State.RESUMING, on_its_way)


def request_suspend(*, sandbox: Sandbox) -> Sandbox:
    """Ask to put a machine to sleep."""
    return _request(sandbox, frozenset({State.READY, State.RESUMING}), State.SUSPENDING, _WAKES)


def suspend_unused(*, sandbox: Sandbox, since: datetime) -> None:
    """Put a ready machine to sleep if nobody used it after a moment."""
    move(sandbox=sandbox, sources=frozenset({State.READY}), to=State.SUSPENDING, unused_since=since)


def request_reset(*, sandbox: Sandbox) -> Sandbox:
    """Ask for a new disk: everything in the machine starts afresh. The old disk is deleted when the new one runs."""
    if not sandbox.machine:
        return request_retry(sandbox=sandbox)
    done = frozenset({State.RESETTING, State.REQUESTED, State.PREPARING})
    asked = _request(sandbox, RESETTABLE, State.RESETTING, done, **_new_disk(sandbox))
    if asked.start_from:
        raise SandboxError(
            gettext("The machine is going back to a snapshot right now. Wait until it is there, then try again.")
        )
    return asked


def _new_disk(sandbox: Sandbox) -> dict[str, Any]:
    try:
        tag = images.tag_of(sandbox.image)
    except EngineError as error:
        raise SandboxError(str(error)) from error
    changes = {"tag": tag, "start_from": "", "is_packed": False, "failure": "", "used_at": timezone.now()}
    return {"generation": F("generation") + 1, **changes}


def request_retry(*, sandbox: Sandbox) -> Sandbox:
    """Ask again after a failure: from its disk if the machine ever ran, else afresh, or on the way to a snapshot."""
    failed = frozenset({State.FAILED})
    done = frozenset(State) - failed - {State.GONE, State.REMOVING}
    if not sandbox.machine:
        return _request(sandbox, failed, State.REQUESTED, done, failure="")
    if sandbox.start_from:
        return _request(sandbox, failed, State.RESETTING, done, failure="")
    if sandbox.boot == 0:
        return _request(sandbox, failed, State.RESETTING, done, **_new_disk(sandbox))
    return _request(sandbox, failed, State.RESUMING, done, failure="")


def request_remove(*, sandbox: Sandbox) -> Sandbox:
    """Ask to remove the machine and its disk for good."""
    done = frozenset({State.REMOVING, State.GONE})
    if not sandbox.machine:
        return _request(sandbox, frozenset({State.REQUESTED, State.FAILED}), State.GONE, done)
    return _request(sandbox, states.sources_of(State.REMOVING), State.REMOVING, done)


def _request(sandbox: Sandbox, sources: frozenset[State], to: State, done: frozenset[State], **changes: Any) -> Sandbox:
    while not move(sandbox=sandbox, sources=sources, to=to, **changes):
        sandbox.refresh_from_db(from_queryset=Sandbox.objects.select_related("engine"))
        if sandbox.state in done:
            break
        if sandbox.state not in sources:
            raise SandboxError(refusal(sandbox))
        # Somebody moved it into a source between the move and the look: try again.
    return sandbox


# What a machine is while it moves, in the sentence below.
_NAMES = {
    State.REQUESTED: gettext_noop("requested"),
    State.PREPARING: gettext_noop("preparing"),
    State.READY: gettext_noop("ready"),
    State.SUSPENDING: gettext_noop("suspending"),
    State.ARCHIVING: gettext_noop("archiving"),
    State.RESUMING: gettext_noop("resuming"),
    State.RESETTING: gettext_noop("resetting"),
}


def refusal(sandbox: Sandbox) -> str:
    """Return why a machine in its present state does not do what was asked, and what to do next."""
    if sandbox.state == State.FAILED:
        return gettext("The machine failed: {failure} Press Try again.").format(failure=told(sandbox.failure))
    if sandbox.state in {State.GONE, State.REMOVING}:
        return gettext("This machine was removed. Open the lesson again for a new one.")
    if sandbox.state in states.ASLEEP:
        return gettext("The machine is asleep. Resume it first, then try again.")
    said = gettext("The machine is {state} right now. Wait until that is done, then try again.")
    return said.format(state=gettext(_NAMES.get(State(sandbox.state), sandbox.state)))
