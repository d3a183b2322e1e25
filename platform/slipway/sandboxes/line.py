"""The line of those who wait for a machine, as the database has it. Reads alone; placing.py writes.

The number of queries never depends on how many wait.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from slipway.engine.port import Amount
from slipway.sandboxes import admission, engines, images, measuring, policies
from slipway.sandboxes.admission import Held, Host, Line, Outlook, Quotas, Waiting
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.policy import Kind, Role
from slipway.sandboxes.states import AWAKE, WAITING, State

# Who was not on the page for this long gives up the place.
ABSENT_AFTER = timedelta(minutes=1)
# So far back it is looked how often machines fall asleep.
_LOOK_BACK = timedelta(minutes=30)
# As many ends are foreseen; who stands further back learns nothing but the place.
_MOST_ENDS = 500
_WAITING_FIELDS = ("id", "owner_id", "course", "image", "role", "state_at", "engine_id", "changed_at")


@dataclass(frozen=True, slots=True)
class Awake:
    """A row that has memory or will in a moment."""

    engine: int | None
    owner: int | None
    course: str
    image: str
    role: str
    tag: str
    machine: str
    state: str

    @property
    def kind(self) -> Kind:
        """What its policy follows from."""
        return Kind(self.image, Role(self.role))


def waiting() -> QuerySet[Sandbox]:
    """Return the rows that wait for their turn."""
    return Sandbox.objects.filter(state__in=WAITING, admitted_at=None)


def absent() -> Q:
    """Return the condition of the rows that nobody waits for any more: the learner has left, and no grader asks."""
    limit = timezone.now() - ABSENT_AFTER
    is_awaited = Q(awaited_at__isnull=False) & Q(awaited_at__gte=limit)
    return Q(used_at__lt=limit, state_at__lt=limit) & ~is_awaited


def turn(row: Engine) -> list[UUID]:
    """Return the sandboxes whose turn it is on this engine."""
    awake = _awake()
    return [each.id for each in admission.admitted(_line(awake), _host(row, awake))]


def outlooks() -> dict[UUID, Outlook]:
    """Return what everybody who waits may expect."""
    awake = _awake()
    line = _line(awake)
    if not line.order:
        return admission.outlooks(line, [], [])
    hosts = [_host(row, awake) for row in engines.taking().filter(measured_at__isnull=False).order_by("id")]
    return admission.outlooks(line, hosts, _ends())


def host_of(row: Engine) -> Host:
    """Return an engine, measured before, as admission sees it."""
    return _host(row, _awake())


def is_short(host: Host) -> bool:
    """Tell whether an engine has promised more than it has, or no room for somebody who waits."""
    wanted = waiting().filter(owner__isnull=False).order_by().values_list("image", "role").distinct()
    return not host.room.covers(Amount()) or not all(
        host.has_room_for(Kind(image, Role(role))) for image, role in wanted
    )


def _awake() -> list[Awake]:
    fields = ("engine_id", "owner_id", "course", "image", "role", "tag", "machine", "state")
    awake = Sandbox.objects.filter(state__in=AWAKE).exclude(state__in=WAITING, admitted_at=None)
    let_in = Sandbox.objects.filter(state=State.REQUESTED, admitted_at__isnull=False)
    return [Awake(*values) for values in (awake | let_in).values_list(*fields)]


def _line(awake: Iterable[Awake]) -> Line:
    # What is to be made new may wait for its learner for days. Nobody waits behind it meanwhile.
    there = waiting().filter(owner__isnull=False).exclude(absent(), state=State.RESETTING)
    # The other machine was put to sleep after this one began to wait, so it was for this wait.
    rows = [
        Waiting(
            id_,
            person,
            course,
            kind := Kind(image, Role(role)),
            at,
            engine,
            is_change=changed_at is not None and changed_at >= at,
            takes_warm=policies.fits_pool(kind),
        )
        for id_, person, course, image, role, at, engine, changed_at in there.values_list(*_WAITING_FIELDS)
    ]
    since = min((each.asked_at for each in rows), default=timezone.now())
    held = Held(
        persons=Counter(each.owner for each in awake if each.owner is not None),
        courses=Counter(each.course for each in awake if each.owner is not None),
        turns=_turns(since),
    )
    return admission.line_up(rows, held, Quotas(settings.MACHINES_PER_PERSON, settings.MACHINES_PER_COURSE))


def _turns(since: datetime) -> Mapping[str, int]:
    rows = Sandbox.objects.filter(owner__isnull=False, turn_at__gte=since).order_by()
    return dict(rows.values_list("course").annotate(turns=Count("id")))


def _host(row: Engine, awake: Iterable[Awake]) -> Host:
    capacity = measuring.capacity_of(row)
    mine = [each for each in awake if each.engine == row.id]
    needs = _Needs(row)
    room = capacity.free - measuring.reserve()
    for each in mine:
        room -= _still_to_come(needs[each.kind], capacity.used.get(each.machine, Amount()))
    tags = images.tags()
    warm = Counter(
        each.image
        for each in mine
        if each.owner is None and each.state == State.READY and each.tag == tags.get(each.image)
    )
    # Who was let in a moment ago may be about to take one.
    warm.subtract(each.image for each in mine if each.state == State.REQUESTED)
    under_way = Sandbox.objects.filter(measuring.under_way(), engine=row).count()
    at_once = measuring.starts_at_once(capacity)
    return Host(row.id, room, needs, warm, under_way, at_once, row.seconds_per_start)


class _Needs(dict[Kind, Amount]):
    """What a machine of each kind is expected to take on an engine, worked out when it is asked for."""

    def __init__(self, row: Engine) -> None:
        self._row = row

    def __missing__(self, kind: Kind) -> Amount:
        self[kind] = measuring.need(row=self._row, kind=kind)
        return self[kind]


def _still_to_come(expected: Amount, used: Amount) -> Amount:
    """Return what a machine is expected to take beyond what it has."""
    left = expected - used
    return Amount(max(0, left.memory_bytes), max(0, left.disk_bytes), max(0, left.pids))


def _ends() -> list[float]:
    """Return in how many seconds machines are expected to fall asleep: as often as of late, else when they are idle."""
    now = timezone.now()
    since = now - _LOOK_BACK
    # A wait that was given up ended nothing; and what was kept had slept for long before it was removed.
    fell_asleep = Q(keeping__suspended_at__gte=since)
    removed = Q(state=State.GONE, keeping=None, state_at__gte=since)
    ended = Sandbox.objects.filter(fell_asleep | removed, owner__isnull=False, boot__gt=0).count()
    if ended:
        pause = _LOOK_BACK.total_seconds() / ended
        return [pause * number for number in range(1, _MOST_ENDS + 1)]
    ready = Sandbox.objects.filter(owner__isnull=False, state=State.READY).order_by("used_at")[:_MOST_ENDS]
    return sorted(max(0.0, (sandbox.ends_at - now).total_seconds()) for sandbox in ready)
