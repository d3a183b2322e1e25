"""What engines carry, in figures for the operator."""

from collections import Counter
from dataclasses import dataclass

from slipway.engine.port import Amount
from slipway.sandboxes import engines, line, measuring
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.policy import Kind, Role
from slipway.sandboxes.states import State


@dataclass(frozen=True, slots=True)
class Load:
    """One engine: machines of learners and of the pool, what they use, what is promised to them, and what is left.

    `promised` is what they are expected to use, by what was measured; `limits` is what they may use at most. `room` is
    what new starts may still be promised. `waiting` counts the whole line, whichever engine will serve it.
    """

    engine: str
    is_answering: bool
    learners: int
    warm: int
    waiting: int
    used: Amount
    promised: Amount
    limits: Amount
    free: Amount
    room: Amount


def loads() -> list[Load]:
    """Return the load of each engine that was ever measured."""
    answering = set(engines.answering().values_list("id", flat=True))
    waiting = line.waiting().count()
    rows = Engine.objects.filter(measured_at__isnull=False).order_by("name")
    return [_load(row, waiting, is_answering=row.id in answering) for row in rows]


def _load(row: Engine, waiting: int, *, is_answering: bool) -> Load:
    capacity, host = measuring.capacity_of(row), line.host_of(row)
    machines = Sandbox.objects.filter(engine=row, machine__in=capacity.used)
    kinds = Counter(Kind(image, Role(role)) for image, role in machines.values_list("image", "role"))
    return Load(
        engine=row.name,
        is_answering=is_answering,
        learners=machines.filter(owner__isnull=False).count(),
        warm=machines.filter(owner=None, state=State.READY).count(),
        waiting=waiting,
        used=sum(capacity.used.values(), Amount()),
        promised=sum((host.needs[kind] * number for kind, number in kinds.items()), Amount()),
        limits=sum((measuring.limits_on(capacity, kind) * number for kind, number in kinds.items()), Amount()),
        free=capacity.free,
        room=host.room,
    )
