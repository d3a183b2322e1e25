"""The fair line: who is let in, in which order, and what the others may expect. All of it pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from slipway.engine.port import Amount
from slipway.sandboxes.admission import Held, Host, Line, Quotas, Waiting, admitted, line_up, outlooks
from slipway.sandboxes.policy import Kind, Role

NINE = datetime(2026, 11, 27, 9, tzinfo=UTC)
LAB = Kind("lab")
NEED = Amount(100, 100, 100)
NO_QUOTAS = Quotas()


def _one(number: int, course: str = "docker", *, person: int = 0, engine: int | None = None) -> Waiting:
    """Return the one who came so many seconds after nine."""
    at = NINE + timedelta(seconds=number)
    return Waiting(UUID(int=number), person or number, course, LAB, at, engine)


def _host(room: int = 1000, *, id_: int = 1, warm: int = 0, under_way: int = 0, at_once: int = 3) -> Host:
    return Host(id_, Amount(room, 10_000, 10_000), {LAB: NEED}, {"lab": warm}, under_way, at_once, 2.0)


def _numbers(found: Sequence[Waiting]) -> list[int]:
    return [each.id.int for each in found]


def test_who_came_first_goes_first() -> None:
    """In one course, among people without another machine."""
    assert _numbers(line_up([_one(3), _one(1), _one(2)], Held(), NO_QUOTAS).order) == [1, 2, 3]


def test_a_class_does_not_hold_up_the_one_who_comes_after_it() -> None:
    """Twenty came at once and had eleven turns since; then the next is for the other course."""
    crowd = [_one(number) for number in range(12, 21)]
    late = _one(30, "linux")
    line = line_up([*crowd, late], Held(turns={"docker": 11}), NO_QUOTAS)
    assert _numbers(line.order)[:3] == [30, 12, 13]


def test_courses_take_turns() -> None:
    """However many of each course wait."""
    line = line_up([_one(1), _one(2), _one(3), _one(4, "linux"), _one(5, "linux")], Held(), NO_QUOTAS)
    assert _numbers(line.order) == [1, 4, 2, 5, 3]


def test_who_has_no_machine_goes_before_who_has_one() -> None:
    """A second machine comes after everybody's first, of those who wait as of those who run."""
    waiting = [_one(1, person=7), _one(2, person=8), _one(3, person=8), _one(4, person=9)]
    assert _numbers(line_up(waiting, Held(persons={7: 1}), NO_QUOTAS).order) == [2, 4, 1, 3]


def test_who_changes_machines_goes_first() -> None:
    """The room was theirs a moment ago, so the line is no longer for it."""
    changing = replace(_one(9, person=7), is_change=True)
    waiting = [_one(1), _one(2), changing]
    assert _numbers(line_up(waiting, Held(persons={7: 2}), Quotas(person=2)).order) == [9, 1, 2]


def test_quotas_hold_back_and_let_others_by() -> None:
    """Whoever has as many as one may, or whose course has, stands beside the line."""
    waiting = [_one(1, person=7), _one(2), _one(3, "linux"), _one(4, "linux")]
    line = line_up(waiting, Held(persons={7: 2}, courses={"linux": 4}), Quotas(person=2, course=5))
    assert (_numbers(line.order), _numbers(line.held_back)) == ([2, 3], [1, 4])


@given(
    some.lists(some.sampled_from(["a", "b", "c"]), max_size=40),
    some.dictionaries(some.sampled_from("abc"), some.integers(0, 9)),
)
def test_everybody_is_in_the_line_once(courses: list[str], turns: dict[str, int]) -> None:
    """Nobody is lost, whoever had how many turns."""
    waiting = [_one(number, course) for number, course in enumerate(courses)]
    line = line_up(waiting, Held(turns=turns), NO_QUOTAS)
    assert sorted(_numbers(line.order)) == list(range(len(courses)))


@given(some.lists(some.sampled_from(["a", "b"]), min_size=1, max_size=60), some.integers(1, 20))
def test_nobody_starves(arrivals: list[str], crowd: int) -> None:
    """One place a second and somebody new of any course each second: the last of a crowd is served all the same."""
    waiting = [_one(number, "a") for number in range(crowd)]
    last = waiting[-1]
    served: list[tuple[datetime, str]] = []
    for second, course in enumerate([*arrivals, *"b" * (2 * crowd)]):
        now = NINE + timedelta(seconds=crowd + second)
        waiting.append(Waiting(UUID(int=1000 + second), 1000 + second, course, LAB, now))
        oldest = min(each.asked_at for each in waiting)
        turns = Counter(course for at, course in served if at >= oldest)
        first = line_up(waiting, Held(turns=turns), NO_QUOTAS).order[0]
        waiting.remove(first)
        served.append((now, first.course))
        if first == last:
            return
    assert last not in waiting


def test_as_many_are_let_in_as_there_is_room_for() -> None:
    """Room for two of three, whatever the processors could do."""
    assert _numbers(admitted(Line([_one(1), _one(2), _one(3)]), _host(room=250))) == [1, 2]


def test_starts_are_bounded() -> None:
    """One start is under way and two may be."""
    assert _numbers(admitted(Line([_one(1), _one(2)]), _host(under_way=1, at_once=2))) == [1]


def test_any_shortage_stops_starts() -> None:
    """Memory, disk and processes alike."""
    for left in (Amount(99, 500, 500), Amount(500, 99, 500), Amount(500, 500, 99)):
        host = Host(1, left, {LAB: NEED}, {}, 0, 3, 1.0)
        assert not admitted(Line([_one(1)]), host)


def test_a_warm_machine_needs_neither_room_nor_a_processor() -> None:
    """It runs already: the first one gets it, and nobody behind overtakes without one."""
    full = _host(room=0, warm=1, under_way=3)
    assert _numbers(admitted(Line([_one(1), _one(2)]), full)) == [1]


def test_a_small_one_does_not_overtake_a_big_one() -> None:
    """Else who needs much would wait for ever."""
    needs = {LAB: Amount(10, 10, 10), Kind("vm"): Amount(900, 10, 10)}
    big = Waiting(UUID(int=1), 1, "docker", Kind("vm"), NINE)
    assert not admitted(Line([big, _one(2)]), Host(1, Amount(500, 500, 500), needs, {}, 0, 3, 1.0))


def test_a_sleeping_machine_wakes_where_its_disk_is() -> None:
    """Another engine lets it by."""
    line = Line([_one(1, engine=2), _one(2)])
    assert _numbers(admitted(line, _host(id_=1))) == [2]
    assert _numbers(admitted(line, _host(id_=2))) == [1, 2]


def test_a_sleeping_machine_takes_no_warm_one() -> None:
    """Its learner's files are on its own disk."""
    assert not admitted(Line([_one(1, engine=1)]), _host(room=0, warm=1))


def test_the_outlook_follows_from_the_pace_of_starts() -> None:
    """Two starts are under way and each takes two seconds off the clock."""
    line = Line([_one(1), _one(2), _one(3)])
    found = outlooks(line, [_host(under_way=2)], [])
    assert [(each.place, each.seconds) for each in found.values()] == [(1, 6.0), (2, 8.0), (3, 10.0)]


def test_two_engines_serve_twice_as_fast() -> None:
    """Each next one goes where the clock is behind."""
    found = outlooks(Line([_one(1), _one(2), _one(3)]), [_host(id_=1), _host(id_=2)], [])
    assert [each.seconds for each in found.values()] == [2.0, 2.0, 4.0]


def test_beyond_the_room_one_waits_until_others_sleep() -> None:
    """With room for one, the second waits for the first machine that falls asleep, and the third cannot know."""
    found = outlooks(Line([_one(1), _one(2), _one(3)]), [_host(room=100)], [600.0])
    assert [each.seconds for each in found.values()] == [2.0, 602.0, None]


def test_without_an_engine_nobody_knows() -> None:
    """There is a place in the line all the same; who is held back has none."""
    found = outlooks(Line([_one(1)], [_one(2)]), [], [60.0])
    assert [(each.place, each.seconds) for each in found.values()] == [(0, None), (1, None)]


def test_who_may_not_take_a_warm_machine_needs_room() -> None:
    """One whose policy no warm machine can be given gets one made, and leaves the warm one to others."""
    guest = replace(_one(1), kind=Kind("lab", Role.GUEST), takes_warm=False)
    host = replace(_host(100, warm=1), needs={LAB: NEED, guest.kind: NEED})
    assert _numbers(admitted(Line([guest, _one(2)]), host)) == [1, 2]
    assert _numbers(admitted(Line([guest, _one(2)]), replace(host, room=Amount(99, 99, 99)))) == [2]
