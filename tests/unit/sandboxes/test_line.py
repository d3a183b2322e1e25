"""The line over a database and an engine: honest about room, fair, and left by who leaves the page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from slipway.engine.port import MEBIBYTE, Amount
from slipway.sandboxes import actions, line, measuring, placing, snapshots, tasks
from slipway.sandboxes.advance import advance
from slipway.sandboxes.load import loads
from slipway.sandboxes.models import Engine, Keeping, PlannedClass, Sandbox, Snapshot
from slipway.sandboxes.policy import Kind
from slipway.sandboxes.states import WAITING, State
from tests.unit.sandboxes.world import (
    REAL_COMMITS,
    World,
    local_engine,
    make_learner,
    make_lesson,
    make_ready,
    make_sandbox,
)

pytestmark = REAL_COMMITS
DISK, PIDS = 1024 * 1024 * MEBIBYTE, 100_000


def opened(world: World, name: str, course: str = "docker") -> Sandbox:
    """Open a lesson as a new learner and let the workers do their part."""
    sandbox = actions.open_sandbox(user=make_learner(name), course=course, image="lab-docker")
    world.queue.work_off()
    sandbox.refresh_from_db()
    return sandbox


def state_of(sandbox: Sandbox) -> str:
    """Return the state that a sandbox is in now."""
    sandbox.refresh_from_db()
    return sandbox.state


def absent_for(sandbox: Sandbox, **span: int) -> None:
    """Let it be so long since it was asked for and its learner was last there."""
    at = timezone.now() - timedelta(**span)
    Sandbox.objects.filter(id=sandbox.id).update(used_at=at, state_at=at)


def test_beyond_the_room_one_waits_until_a_machine_sleeps(small: World) -> None:
    """The third gets a place; when the first puts the machine to sleep, the third starts by itself."""
    first, _, third = (opened(small, name) for name in ("asha", "ben", "chi"))
    assert (third.state, third.is_waiting) == (State.REQUESTED, True)
    actions.suspend(sandbox=first)
    small.queue.work_off()
    assert state_of(third) == State.READY


@pytest.mark.parametrize(
    "total", [Amount(500 * MEBIBYTE, DISK, PIDS), Amount(DISK, 4200 * MEBIBYTE, PIDS), Amount(DISK, DISK, 1100)]
)
def test_a_full_engine_starts_nobody_and_keeps_who_runs(world: World, total: Amount) -> None:
    """Short of memory, of disk or of processes: who works goes on, who comes waits."""
    running = make_ready(make_learner())
    world.engine.total = total
    measuring.measure(row=local_engine())
    assert opened(world, "ben").is_waiting
    assert state_of(running) == State.READY
    assert [machine.name for machine in world.engine.machines()] == [running.machine]


def test_waking_needs_room_and_a_reset_does_not(small: World) -> None:
    """A sleeping machine takes its place in the line; one that runs has its memory already."""
    sleeper = opened(small, "asha")
    actions.suspend(sandbox=sleeper)
    small.queue.work_off()
    others = [opened(small, name) for name in ("ben", "chi")]
    actions.resume(sandbox=sleeper)
    small.queue.work_off()
    assert (state_of(sleeper), sleeper.is_waiting) == (State.RESUMING, True)
    actions.reset(sandbox=others[0])
    small.queue.work_off()
    assert state_of(others[0]) == State.READY
    actions.suspend(sandbox=others[1])
    small.queue.work_off()
    assert (state_of(sleeper), sleeper.boot) == (State.READY, 2)


@pytest.mark.parametrize("act", [actions.resume, actions.reset])
def test_a_packed_machine_waits_for_room_like_any_other(small: World, act: Callable[..., Sandbox]) -> None:
    """Whether it comes back or is made new: it slept, and its room went to others."""
    sleeper = opened(small, "asha")
    actions.suspend(sandbox=sleeper)
    small.queue.work_off()
    Keeping.objects.update(pack_at=timezone.now())
    tasks.keep()
    small.queue.work_off()
    assert (state_of(sleeper), sleeper.admitted_at) == (State.ARCHIVED, None)
    others = [opened(small, name) for name in ("ben", "chi")]
    act(sandbox=sleeper)
    small.queue.work_off()
    assert (state_of(sleeper) in WAITING, sleeper.is_waiting) == (True, True)
    assert line.outlooks()[sleeper.id].place == 1
    actions.suspend(sandbox=others[0])
    small.queue.work_off()
    assert (state_of(sleeper), sleeper.is_packed) == (State.READY, False)


def test_an_unpacking_machine_is_a_start_under_way(small: World) -> None:
    """However long it takes: it keeps a processor busy."""
    sandbox = opened(small, "asha")
    long_ago = timezone.now() - timedelta(minutes=1)
    Sandbox.objects.update(state=State.RESUMING, state_at=long_ago, admitted_at=long_ago)
    assert line.host_of(local_engine()).under_way == 0
    Sandbox.objects.filter(id=sandbox.id).update(is_packed=True)
    assert line.host_of(local_engine()).under_way == 1


def test_a_machine_that_was_removed_after_long_sleep_is_no_measure(small: World) -> None:
    """It frees no memory: who waits is not told that machines fall asleep that often."""
    asked = [opened(small, name) for name in ("asha", "ben", "chi")]
    tasks.reconcile()
    known = line.outlooks()[asked[2].id].seconds
    gone = make_sandbox(make_learner("dev"), state=State.GONE, boot=1)
    now = timezone.now()
    Keeping.objects.create(sandbox=gone, suspended_at=now - timedelta(days=99), pack_at=now, remove_at=now)
    seconds = line.outlooks()[asked[2].id].seconds
    assert known is not None
    assert seconds == pytest.approx(known, abs=5)


def test_snapshots_leave_room_to_start(world: World, settings: Settings) -> None:
    """Where they took what three machines need, the oldest starts go before anybody has to wait for them."""
    settings.POOL_SIZE, settings.SNAPSHOTS = 0, 8
    sandbox = make_ready(make_learner())
    row = local_engine()
    measuring.measure(row=row)
    need = line.host_of(row).needs[Kind("lab-docker")].disk_bytes
    world.engine.total = Amount(DISK, 4096 * MEBIBYTE + 5 * need, PIDS)
    measuring.measure(row=row)
    assert not snapshots.is_short_of_room(row=row, kind=Kind("lab-docker"), wanted_bytes=4096)
    assert snapshots.is_short_of_room(row=row, kind=Kind("lab-docker"), wanted_bytes=2 * need)
    start = snapshots.request(sandbox=sandbox, kind=Snapshot.Kind.START)
    tasks.send_snapshot(start)
    world.queue.work_off()
    world.engine.total = Amount(DISK, 4096 * MEBIBYTE + 3 * need, PIDS)
    tasks.sweep_disks()
    start.refresh_from_db()
    assert start.state == Snapshot.State.GONE
    assert opened(world, "ben").state == State.READY


def test_a_dead_machine_comes_back_past_the_line(small: World) -> None:
    """Its learner works and has the room already."""
    running, _, waiting = (opened(small, name) for name in ("asha", "ben", "chi"))
    small.engine.die(running.machine)
    tasks.reconcile(0)
    small.queue.work_off()
    assert (state_of(running), running.boot) == (State.READY, 2)
    assert state_of(waiting) == State.REQUESTED


def test_what_is_measured_makes_room(small: World) -> None:
    """Idle machines are seen to use little, so more are let in, though not on the first look.

    One learner who uses much is counted as what is used, and changes nothing for others; two do.
    """
    small.engine.total = Amount((100 + 3 * 192) * MEBIBYTE, DISK, PIDS)
    first, second, _ = (opened(small, name) for name in ("asha", "ben", "chi"))
    waiting = opened(small, "dev")

    def need_after(looks: int) -> int:
        for _ in range(looks):
            measuring.measure(row=local_engine())
        return line.host_of(local_engine()).needs[Kind("lab-docker")].memory_bytes // MEBIBYTE

    assert (need_after(5), need_after(1)) == (192, 96)
    tasks.let_in()
    small.queue.work_off()
    assert state_of(waiting) == State.READY
    small.engine.busy[first.machine] = Amount(memory_bytes=600 * MEBIBYTE)
    assert need_after(30) == 96
    small.engine.busy[second.machine] = Amount(memory_bytes=600 * MEBIBYTE)
    assert need_after(30) > 600
    assert opened(small, "eva").is_waiting


def test_who_measures_at_once_adds_to_what_the_other_noted(world: World) -> None:
    """Neither look is lost, whenever its row was read."""
    for name in ("asha", "ben", "chi"):
        make_ready(make_learner(name))
    rows = [local_engine(), local_engine()]
    before = sum(rows[0].use.get("lab-docker", {}).get("pids", []))
    for row in rows:
        measuring.measure(row=row)
    assert sum(local_engine().use["lab-docker"]["pids"]) == pytest.approx(before + 4, abs=0.1)


def test_starts_are_bounded_by_the_cores(world: World) -> None:
    """A class that arrives at once is let in as starts end, not all at once."""
    world.engine.cpus = 1
    row = local_engine()
    measuring.measure(row=row)
    rows = [make_sandbox(make_learner(f"learner-{number}")) for number in range(5)]
    assert len(placing.admit(row=row)) == 2
    assert not placing.admit(row=row)
    tasks.reconcile(0)
    world.queue.work_off()
    assert {state_of(each) for each in rows} == {State.READY}


def test_a_person_has_no_more_machines_awake_than_allowed(world: World, settings: Settings) -> None:
    """Opening one more course puts the machine to sleep that was used least lately."""
    settings.MACHINES_PER_PERSON = 2
    learner = make_learner()
    opened = []
    for course in ("docker", "linux", "git"):
        opened.append(actions.open_sandbox(user=learner, course=course, image="lab-docker"))
        world.queue.work_off()
        Sandbox.objects.filter(id=opened[-1].id).update(used_at=timezone.now() - timedelta(minutes=30 - len(opened)))
    assert [state_of(each) for each in opened] == [State.SUSPENDED, State.READY, State.READY]


def test_a_course_has_no_more_machines_than_allowed(world: World, settings: Settings) -> None:
    """Who comes to a full course is held back without holding up the others."""
    settings.MACHINES_PER_COURSE = 1
    opened(world, "asha")
    held_back = opened(world, "ben")
    assert opened(world, "chi", course="linux").state == State.READY
    assert line.outlooks()[held_back.id].place == 0


def test_everybody_learns_the_place_in_one_message(small: World) -> None:
    """The pages of all who wait hear of the whole line at once, and it costs as many queries for ten as for two."""
    for name in ("asha", "ben", "chi", "dev"):
        opened(small, name)
    small.events.clear()
    tasks.let_in()
    [event] = small.of_kind("queue")
    assert (event["group"], [place for place, _ in event["outlooks"].values()]) == ("queue", [1, 2])


def test_the_wait_is_foreseen_from_how_often_machines_fall_asleep(small: World) -> None:
    """One fell asleep in the last half hour: so the next one is expected in as long, and until then from idleness."""
    first, second = (opened(small, name) for name in ("asha", "ben"))
    waiting = opened(small, "chi")
    local_engine()
    Engine.objects.update(seen_at=timezone.now())
    Sandbox.objects.filter(id=first.id).update(used_at=timezone.now() - timedelta(minutes=50))
    seconds = line.outlooks()[waiting.id].seconds
    assert seconds is not None
    assert 595 < seconds < 605
    Sandbox.objects.filter(id=second.id).update(state=State.SUSPENDED)
    now = timezone.now()
    Keeping.objects.create(sandbox=second, suspended_at=now, pack_at=now, remove_at=now)
    small.engine.total = Amount((100 + 192) * MEBIBYTE, DISK, PIDS)
    measuring.measure(row=local_engine())
    seconds = line.outlooks()[waiting.id].seconds
    assert seconds is not None
    assert 1800 <= seconds < 1805


def test_the_pool_is_the_first_to_go(world: World) -> None:
    """With too little memory warm machines end, and none is made; who has one already keeps it."""
    make_lesson()
    tasks.keep_pool()
    world.queue.work_off()
    running = opened(world, "asha")
    world.engine.total = Amount(500 * MEBIBYTE, DISK, PIDS)
    measuring.measure(row=local_engine())
    tasks.keep_pool()
    world.queue.work_off()
    assert [machine.name for machine in world.engine.machines()] == [running.machine]
    assert not Sandbox.objects.filter(owner=None).exists()


def test_a_planned_class_finds_machines_warm(world: World) -> None:
    """Ten minutes before it starts as many are made as there will be learners."""
    lesson = make_lesson()
    PlannedClass.objects.create(lesson=lesson, starts_at=timezone.now() + timedelta(minutes=5), learners=6)
    tasks.keep_pool()
    world.queue.work_off()
    assert Sandbox.objects.filter(owner=None, state=State.READY).count() == 6


def test_an_old_measure_lets_nobody_in(world: World) -> None:
    """Who was let in on what was true a minute ago might find nothing: it is measured again first."""
    row = local_engine()
    measuring.measure(row=row)
    Engine.objects.update(measured_at=timezone.now() - timedelta(minutes=1))
    world.engine.total = Amount(0, 0, 0)
    sandbox = advance(sandbox_id=make_sandbox(make_learner()).id)
    assert sandbox is not None
    assert sandbox.is_waiting


def test_the_operator_sees_what_is_promised(small: World) -> None:
    """Machines, how they share the host, and how many wait."""
    for name in ("asha", "ben", "chi"):
        opened(small, name)
    tasks.reconcile(0)
    [load] = loads()
    assert (load.learners, load.warm, load.waiting, load.is_answering) == (2, 0, 1, True)
    assert load.promised.memory_bytes == 2 * 192 * MEBIBYTE
    assert load.limits.memory_bytes == 2 * 768 * MEBIBYTE
    assert load.used.memory_bytes < load.promised.memory_bytes
