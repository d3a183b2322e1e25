"""What is written about snapshots, and how many there may be.

An exercise's start is thinned in silence, the oldest first. What somebody named goes when its course's grader says so,
and what was left behind when its learner was told before.
"""

from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from slipway import bus
from slipway.accounts.models import User
from slipway.courses.models import Exercise
from slipway.engine.port import Amount
from slipway.sandboxes import demand, measuring, names, policy, selectors, services
from slipway.sandboxes.models import Engine, Sandbox, Snapshot
from slipway.sandboxes.services import SandboxError
from slipway.sandboxes.states import State

Kind = Snapshot.Kind

_NO_ROOM = gettext_noop("The host is short of room for disks, so the machine stays as it is. Tell your teacher.")
_AT_REST = frozenset({State.READY, State.SUSPENDED})


def request(
    *,
    sandbox: Sandbox,
    kind: Snapshot.Kind,
    exercise: Exercise | None = None,
    name: str = "",
    asked_by: User | None = None,
) -> Snapshot:
    """Ask for a snapshot of the machine as it is; a worker makes it in a moment."""
    if sandbox.state not in _AT_REST or sandbox.is_packed:
        raise SandboxError(services.refusal(sandbox))
    snapshot = Snapshot.objects.create(
        sandbox=sandbox,
        kind=kind,
        exercise=exercise,
        name=name,
        asked_by=asked_by,
        disk=names.new_snapshot(sandbox.machine),
        tag=sandbox.tag,
        generation=sandbox.generation,
    )
    announce(snapshot=snapshot)
    return snapshot


def request_named(*, sandbox: Sandbox, name: str, exercise: Exercise | None, asked_by: User) -> Snapshot:
    """Ask for a snapshot under a name that people gave it."""
    words = " ".join(name.split())
    if not words or len(words) > Snapshot.NAME_CHARACTERS or not words.isprintable():
        said = gettext("Give the snapshot a name of 1 to {most} characters.")
        raise SandboxError(said.format(most=Snapshot.NAME_CHARACTERS))
    with transaction.atomic():
        Sandbox.objects.select_for_update().filter(id=sandbox.id).values_list("id").get()
        taken = set(_live(sandbox, Kind.NAMED).values_list("name", flat=True))
        if words in taken:
            said = gettext("There is a snapshot “{name}” already. Give this one another name.")
            raise SandboxError(said.format(name=words))
        if len(taken) >= Snapshot.NAMED_KEPT:
            said = gettext("A machine has {most} named snapshots at most. Remove one of them first.")
            raise SandboxError(said.format(most=Snapshot.NAMED_KEPT))
        return request(sandbox=sandbox, kind=Kind.NAMED, exercise=exercise, name=words, asked_by=asked_by)


def go_back(*, sandbox: Sandbox, target: Snapshot, exercise: Exercise | None, removes: int | None) -> Snapshot | None:
    """Ask for the machine as it was; return the snapshot that keeps what it is now.

    `removes` names the snapshot that the learner was told goes for it. Nothing is done, and nothing returned, when it
    is on its way there already.
    """
    with transaction.atomic():
        Sandbox.objects.select_for_update().filter(id=sandbox.id).values_list("id").get()
        sandbox.refresh_from_db(from_queryset=Sandbox.objects.select_related("engine"))
        if sandbox.state == State.RESETTING and sandbox.start_from == target.disk:
            return None
        _require_way_back(sandbox, target)
        _drop_for_another(sandbox, target, removes)
        left = Snapshot.objects.create(
            sandbox=sandbox,
            kind=Kind.LEFT,
            exercise=exercise,
            asked_by=sandbox.owner,
            disk=sandbox.disk,
            tag=sandbox.tag,
            generation=sandbox.generation,
        )
        changes: dict[str, Any] = {
            "start_from": target.disk,
            "is_packed": False,
            "tag": target.tag,
            "failure": "",
            "used_at": timezone.now(),
        }
        generation = F("generation") + 1
        if not services.move(
            sandbox=sandbox, sources=services.RESETTABLE, to=State.RESETTING, generation=generation, **changes
        ):
            raise SandboxError(services.refusal(sandbox))
        return left


def _require_way_back(sandbox: Sandbox, target: Snapshot) -> None:
    target.refresh_from_db()
    if target.sandbox_id != sandbox.id or target.state != Snapshot.State.READY:
        raise SandboxError(gettext("That snapshot is not there any more. Nothing was changed: choose another one."))
    row, wanted = sandbox.engine, target.used_bytes
    if row is not None and is_short_of_room(row=row, kind=sandbox.kind, wanted_bytes=wanted):
        raise SandboxError(gettext(_NO_ROOM))


def is_short_of_room(*, row: Engine, kind: policy.Kind, wanted_bytes: int) -> bool:
    """Tell whether so much more on the disks of an engine, as it was measured, would keep machines from starting.

    What is free counts, not what is promised to machines that run. Unknown room is enough.
    """
    if row.capacity is None:
        return False
    return measuring.capacity_of(row).free.disk_bytes - wanted_bytes < floor_bytes(row=row, kind=kind)


def floor_bytes(*, row: Engine, kind: policy.Kind) -> int:
    """Return what snapshots leave free on the disks of an engine.

    Machines come first: beyond the host's reserve as many more of the kind find room as where a warm one is made.
    """
    machines = Amount() if row.capacity is None else measuring.need(row=row, kind=kind) * demand.ROOM_TO_MAKE
    return (measuring.reserve() + machines).disk_bytes


def _drop_for_another(sandbox: Sandbox, target: Snapshot, removes: int | None) -> None:
    victim = selectors.next_to_go(selectors.snapshots_of(sandbox=sandbox), target=target)
    if victim is None:
        return
    if victim.id != removes:
        raise SandboxError(
            gettext("The list of snapshots changed meanwhile. Nothing was done: look at it and choose again.")
        )
    discard(snapshot=victim)


def discard(*, snapshot: Snapshot) -> bool:
    """Let a snapshot go; tell whether it was there. Its disk is deleted by whoever works for the machine next."""
    return _end(snapshot, "")


def discard_all(*, sandbox: Sandbox) -> None:
    """Let all snapshots of a machine go, which is removed with its disks."""
    Snapshot.objects.filter(sandbox=sandbox, state__in=Snapshot.LIVE).update(state=Snapshot.State.GONE)


def give_up(*, snapshot: Snapshot, reason: str) -> bool:
    """Note that a snapshot could not be made, with the reason for people."""
    return _end(snapshot, reason[:500])


def _end(snapshot: Snapshot, failure: str) -> bool:
    rows = Snapshot.objects.filter(id=snapshot.id, state__in=Snapshot.LIVE)
    if not rows.update(state=Snapshot.State.GONE, failure=failure):
        return False
    announce(snapshot=snapshot)
    return True


def made(*, snapshot: Snapshot, disk: str, used_bytes: int) -> bool:
    """Note that a snapshot is there to go back to; tell whether somebody still waits for it."""
    rows = Snapshot.objects.filter(id=snapshot.id, state=Snapshot.State.MAKING)
    if not rows.update(state=Snapshot.State.READY, disk=disk, used_bytes=used_bytes):
        return False
    announce(snapshot=snapshot)
    return True


def announce(*, snapshot: Snapshot) -> None:
    """Tell the owner's open pages that their snapshots changed."""
    sandbox = snapshot.sandbox
    about = {"sandbox": str(sandbox.id), "course": sandbox.course, "image": sandbox.image}
    bus.publish(sandbox.owner_id, "snapshot", **about)


def _live(sandbox: Sandbox, kind: Snapshot.Kind) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(sandbox=sandbox, kind=kind, state__in=Snapshot.LIVE)
