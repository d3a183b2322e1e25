"""What engines have and what machines use, as it was measured, kept in the engine's row."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from slipway.engine.port import MEBIBYTE, Amount, Capacity
from slipway.sandboxes import engines, overcommit, policies
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.overcommit import Sample
from slipway.sandboxes.policy import Kind, Role
from slipway.sandboxes.states import WAITING, State

# Reconcile measures every 5 s; what is older than this is measured again before anybody is let in on it.
FRESH = timedelta(seconds=15)
# Processes that are left to the host.
PIDS_RESERVE = 1000
# A start that takes longer waits for something else than a processor: a broken Docker, a dead worker.
BUSY = timedelta(seconds=10)
# How much of a new sample goes into the mean.
_WEIGHT = 0.25


def measure(*, row: Engine) -> None:
    """Measure an engine's host and machines, and note what learners' machines use.

    Raise `EngineUnreachableError` when it does not answer.
    """
    capacity = engines.connect(row.socket).capacity()
    samples, now = _samples(row, capacity), timezone.now()
    with transaction.atomic():
        # Of two who measure at once, the second adds to what the first noted.
        known = Engine.objects.select_for_update().get(id=row.id)
        seconds = (now - known.measured_at).total_seconds() if known.measured_at else 0.0
        row.use = {
            image: overcommit.noted(known.use.get(image, {}), samples[image].values(), seconds=seconds)
            for image in {*known.use, *samples}
        }
        row.capacity, row.measured_at = asdict(capacity), now
        row.save(update_fields=["use", "capacity", "measured_at"])


def _samples(row: Engine, capacity: Capacity) -> dict[str, dict[int | None, Sample]]:
    """Return by image what one machine of each learner uses of its limits."""
    owned = Sandbox.objects.filter(engine=row, owner__isnull=False, machine__in=capacity.used, state=State.READY)
    samples: dict[str, dict[int | None, Sample]] = defaultdict(dict)
    for machine, image, role, owner in owned.values_list("machine", "image", "role", "owner"):
        samples[image][owner] = Sample(capacity.used[machine], limits_on(capacity, Kind(image, Role(role))))
    return samples


def refresh(*, row: Engine) -> None:
    """Measure again if the last measure is old. Raise `EngineUnreachableError` when the engine does not answer."""
    if row.measured_at is None or row.measured_at < timezone.now() - FRESH:
        measure(row=row)


def capacity_of(row: Engine) -> Capacity:
    """Return what was measured last."""
    known: Any = row.capacity
    used = {name: Amount(**amount) for name, amount in known["used"].items()}
    return Capacity(known["cpus"], Amount(**known["free"]), used, known["disk_limit_bytes"])


def limits_on(capacity: Capacity, kind: Kind) -> Amount:
    """Return what one machine of a kind may use at most."""
    limits = policies.of(kind).limits
    return Amount(limits.memory_bytes, limits.disk_bytes or capacity.disk_limit_bytes, limits.pids)


def need(*, row: Engine, kind: Kind) -> Amount:
    """Return what a machine of a kind is expected to take on an engine that was measured."""
    limits = limits_on(capacity_of(row), kind)
    return overcommit.expected(row.use.get(kind.image, {}), limits, most=settings.OVERCOMMIT)


def reserve() -> Amount:
    """Return what is left to the host and to those who work."""
    memory, disk = settings.MEMORY_RESERVE_MEBIBYTES, settings.DISK_RESERVE_MEBIBYTES
    return Amount(memory * MEBIBYTE, disk * MEBIBYTE, PIDS_RESERVE)


def starts_at_once(capacity: Capacity) -> int:
    """Return how many starts may be under way on an engine: each waits now and then, so one more than it has cores."""
    return settings.STARTS_AT_ONCE or capacity.cpus + 1


def under_way() -> Q:
    """Return the condition of the rows whose start keeps a processor busy."""
    since = timezone.now() - BUSY
    starting = Q(state=State.PREPARING) | Q(state__in=WAITING, admitted_at__isnull=False)
    # To unpack a disk is a processor's work for as long as it takes.
    unpacking = Q(state=State.RESUMING, is_packed=True)
    return starting & (Q(state_at__gt=since) | Q(admitted_at__gt=since) | unpacking)


@contextmanager
def timed_start(row: Engine | None) -> Iterator[None]:
    """Note how long the start in the block takes, as seconds from one start to the next when many wait."""
    begin = time.perf_counter()
    yield
    if row is None or row.capacity is None:
        return
    took = time.perf_counter() - begin
    capacity = capacity_of(row)
    beside = Sandbox.objects.filter(under_way(), engine=row).count()
    together = max(beside, min(capacity.cpus, starts_at_once(capacity)))
    sample = took / together
    mean = F("seconds_per_start") * (1 - _WEIGHT) + sample * _WEIGHT
    Engine.objects.filter(id=row.id).update(seconds_per_start=mean)
