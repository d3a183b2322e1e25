"""Who may start a machine, in which order, and when the others may expect theirs. Pure: no IO.

The line is fair between courses first: the next turn is for the course that had the fewest since the longest waiting
learner came. In a course it is for the person with the fewest machines, and then for who came first. So a whole class
that arrives at once does not hold up the one who comes after it, and whoever waits longest is passed by no course for
more turns than their own one had.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from slipway.engine.port import Amount
from slipway.sandboxes.policy import Kind


@dataclass(frozen=True, slots=True)
class Waiting:
    """A learner who waits for a machine.

    `engine` is the only one that can give it, when its disk lies there. Who changes machines (`is_change`) has just let
    another one of the same course fall asleep for it. Who cannot take a warm machine gets one made.
    """

    id: UUID
    person: int
    course: str
    kind: Kind
    asked_at: datetime
    engine: int | None = None
    is_change: bool = False
    takes_warm: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """What is given out: machines awake by person and by course, and each course's turns of late."""

    persons: Mapping[int, int] = field(default_factory=dict)
    courses: Mapping[str, int] = field(default_factory=dict)
    turns: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quotas:
    """How many machines may be awake at once. 0 is no limit."""

    person: int = 0
    course: int = 0


@dataclass(frozen=True, slots=True)
class Host:
    """An engine: the room for new machines, what each is expected to take, and how quickly it starts them.

    `warm` machines, by image, take no more room than they have. `under_way` counts starts, of which there may be
    `at_once`.
    """

    id: int
    room: Amount
    needs: Mapping[Kind, Amount]
    warm: Mapping[str, int]
    under_way: int
    at_once: int
    seconds_per_start: float

    def has_room_for(self, kind: Kind, times: int = 1) -> bool:
        """Tell whether so many more machines of a kind fit."""
        return self.room.covers(self.needs[kind] * times)


@dataclass(frozen=True, slots=True)
class Line:
    """Those who wait, in their order, and those who do not: they, or their course, have as many as they may."""

    order: Sequence[Waiting]
    held_back: Sequence[Waiting] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one who waits may expect. Place 0 is held back; no `seconds` says that nothing measured tells."""

    place: int
    seconds: float | None


def line_up(waiting: Iterable[Waiting], held: Held, quotas: Quotas) -> Line:
    """Return the fair order. Who changes machines goes first: the room was theirs a moment ago."""
    waiting = sorted(waiting, key=lambda each: each.asked_at)
    order = [each for each in waiting if each.is_change]
    queues, held_back = _queues([each for each in waiting if not each.is_change], held, quotas)
    turns, courses = Counter(held.turns), Counter(held.courses)
    while queues:
        course = min(queues, key=lambda name: (turns[name], queues[name][0].asked_at))
        if quotas.course and courses[course] >= quotas.course:
            held_back += queues.pop(course)
            continue
        order.append(queues[course].popleft())
        turns[course] += 1
        courses[course] += 1
        if not queues[course]:
            del queues[course]
    return Line(order, held_back)


def _queues(waiting: Sequence[Waiting], held: Held, quotas: Quotas) -> tuple[dict[str, deque[Waiting]], list[Waiting]]:
    """Return each course's own order, and who has as many machines as one person may; `waiting` is in order of time."""
    machines = Counter(held.persons)
    ranked: dict[str, list[tuple[int, datetime, Waiting]]] = defaultdict(list)
    held_back = []
    for each in waiting:
        if quotas.person and machines[each.person] >= quotas.person:
            held_back.append(each)
            continue
        ranked[each.course].append((machines[each.person], each.asked_at, each))
        machines[each.person] += 1
    return {
        course: deque(each for _, _, each in sorted(ranks, key=lambda rank: rank[:2]))
        for course, ranks in ranked.items()
    }, held_back


def admitted(line: Line, host: Host) -> list[Waiting]:
    """Return those whose turn it is on this engine.

    Nobody overtakes one for whom there is no room, but to take a warm machine, which needs none.
    """
    chosen, room, warm = [], host.room, Counter(host.warm)
    starts_left = host.at_once - host.under_way
    is_open = True
    for each in line.order:
        if each.engine not in (None, host.id):
            continue
        if each.engine is None and each.takes_warm and warm[each.kind.image] > 0:
            warm[each.kind.image] -= 1
            chosen.append(each)
            continue
        is_open = is_open and starts_left > 0 and room.covers(host.needs[each.kind])
        if is_open:
            room -= host.needs[each.kind]
            starts_left -= 1
            chosen.append(each)
    return chosen


def outlooks(line: Line, hosts: Sequence[Host], frees: Sequence[float]) -> dict[UUID, Outlook]:
    """Return what everybody in the line may expect.

    `frees` says in how many seconds from now machines are expected to fall asleep, one after the other.
    """
    found = {each.id: Outlook(0, None) for each in line.held_back}
    clocks = {host.id: host.under_way * host.seconds_per_start for host in hosts}
    rooms = {host.id: host.room for host in hosts}
    freed = deque(frees)
    for place, each in enumerate(line.order, 1):
        possible = [host for host in hosts if each.engine in (None, host.id)]
        fitting = [host for host in possible if rooms[host.id].covers(host.needs[each.kind])]
        if fitting:
            host = min(fitting, key=lambda host: clocks[host.id])
            rooms[host.id] -= host.needs[each.kind]
            clocks[host.id] += host.seconds_per_start
            found[each.id] = Outlook(place, clocks[host.id])
        elif possible and freed:
            found[each.id] = Outlook(place, freed.popleft() + possible[0].seconds_per_start)
        else:
            found[each.id] = Outlook(place, None)
    return found
