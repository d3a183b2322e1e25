"""The line of those who wait for a machine: rows are read, admission.py decides, and who is let in is written down."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from slipway import bus
from slipway.sandboxes import line, measuring, services
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.states import State

# Who was not on the page for this long gives up the place.
ABSENT_AFTER = timedelta(minutes=1)


def admit(*, row: Engine, only: Sandbox | None = None) -> list[Sandbox]:
    """Let in those whose turn it is on this engine, or this one alone if it is its turn; return who was let in.

    Raise `EngineUnreachableError` when the engine does not answer.
    """
    measuring.refresh(row=row)
    with transaction.atomic():
        # One decision at a time: who decides next sees what this one gave away.
        row = Engine.objects.select_for_update().get(id=row.id)
        ids = [each for each in line.turn(row) if only is None or each == only.id]
        let_in = [each for each in ids if line.waiting().filter(id=each).update(admitted_at=timezone.now(), engine=row)]
    return list(Sandbox.objects.select_related("engine").filter(id__in=let_in))


def withdraw(*, sandbox: Sandbox) -> None:
    """Put one back into the line whose engine could not take it after all."""
    rows = Sandbox.objects.filter(id=sandbox.id, state=State.REQUESTED)
    rows.update(admitted_at=None, engine=None)


def tell() -> None:
    """Tell the pages of all who wait what they may expect now."""
    if found := line.outlooks():
        bus.publish_to(
            bus.QUEUE, "queue", outlooks={str(id_): [each.place, each.seconds] for id_, each in found.items()}
        )


def give_up_absent(*, row: Engine) -> list[Sandbox]:
    """Take out of the line who left the page: a new machine is not made, a sleeping one sleeps on; return those."""
    limit = timezone.now() - ABSENT_AFTER
    absent = line.waiting().filter(used_at__lt=limit, state_at__lt=limit, owner__isnull=False)
    for sandbox in absent.filter(state=State.REQUESTED):
        services.move(sandbox=sandbox, sources=frozenset({State.REQUESTED}), to=State.GONE, unused_since=limit)
    return [
        sandbox
        for sandbox in absent.filter(state=State.RESUMING, engine=row).select_related("engine")
        if services.move(sandbox=sandbox, sources=frozenset({State.RESUMING}), to=State.SUSPENDING, unused_since=limit)
    ]
