"""The line of those who wait for a machine: rows are read, admission.py decides, and who is let in is written down."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from slipway import bus
from slipway.sandboxes import line, measuring, services
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.states import State


def admit(*, row: Engine, only: Sandbox | None = None) -> list[Sandbox]:
    """Let in those whose turn it is on this engine, or this one alone if it is its turn; return who was let in.

    An engine that joins or drains lets nobody in. Raise `EngineUnreachableError` when the engine does not answer.
    """
    measuring.refresh(row=row)
    with transaction.atomic():
        # One decision at a time: who decides next sees what this one gave away.
        row = Engine.objects.select_for_update().get(id=row.id)
        if row.state != Engine.State.OPEN:
            return []
        ids = [each for each in line.turn(row) if only is None or each == only.id]
        let_in = [each for each in ids if _let_in(each, row)]
    return list(Sandbox.objects.select_related("engine").filter(id__in=let_in))


def _let_in(sandbox_id: UUID, row: Engine) -> bool:
    now = timezone.now()
    return bool(line.waiting().filter(id=sandbox_id).update(admitted_at=now, turn_at=now, engine=row))


def withdraw(*, sandbox: Sandbox) -> None:
    """Put one back into the line whose engine could not take it after all."""
    rows = Sandbox.objects.filter(id=sandbox.id, state=State.REQUESTED)
    rows.update(admitted_at=None, turn_at=None, engine=None)


def tell() -> None:
    """Tell the pages of all who wait what they may expect now."""
    if found := line.outlooks():
        bus.publish_to(
            bus.QUEUE, "queue", outlooks={str(id_): [each.place, each.seconds] for id_, each in found.items()}
        )


def give_up_absent(*, row: Engine) -> None:
    """Take out of the line who left the page: a new machine is not made, a sleeping one sleeps on as it did.

    What is to be made new keeps its place, and nobody waits for it: see line.py.
    """
    absent = line.waiting().filter(line.absent(), owner__isnull=False)
    with transaction.atomic():
        # Nobody is let in on this engine meanwhile, so none of these is started.
        Engine.objects.select_for_update().filter(id=row.id).values_list("id").get()
        for sandbox in absent.filter(state=State.REQUESTED):
            _move_absent(sandbox, State.REQUESTED, State.GONE)
        for sandbox in absent.filter(state=State.RESUMING, engine=row):
            _move_absent(sandbox, State.RESUMING, State.SUSPENDED)


def _move_absent(sandbox: Sandbox, state: State, to: State) -> None:
    services.move(sandbox=sandbox, sources=frozenset({state}), to=to, unused_since=sandbox.used_at)
