"""Snapshots of machines: made once, bounded, gone back to, with nothing lost on the way."""

import contextlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from slipway.engine.fake import AMPLE, FakeMachine
from slipway.engine.port import MEBIBYTE, Amount, EngineBusyError, ExecResult
from slipway.sandboxes import actions, copying, leases, measuring, selectors, services, snapshots, tasks
from slipway.sandboxes.models import Sandbox, Snapshot
from slipway.sandboxes.services import SandboxError
from slipway.sandboxes.states import State
from tests.unit.sandboxes.crashing import CrashingEngine, KilledError
from tests.unit.sandboxes.world import REAL_COMMITS, World, local_engine, make_learner, make_ready

pytestmark = REAL_COMMITS
Kind = Snapshot.Kind
PYTHON = "/opt/slipway/python"


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    """Give a learner's machine with a file /a."""
    sandbox = make_ready(make_learner())
    world.engine.run(sandbox.machine, ["touch", "/a"])
    return sandbox


def keep(world: World, sandbox: Sandbox, kind: Snapshot.Kind = Kind.NAMED) -> Snapshot:
    """Ask for a snapshot and let the workers do their part."""
    snapshot = snapshots.request(sandbox=sandbox, kind=kind)
    tasks.send_snapshot(snapshot)
    world.queue.work_off()
    snapshot.refresh_from_db()
    return snapshot


def go_back(world: World, sandbox: Sandbox, target: Snapshot, *, removes: int | None = None) -> Snapshot:
    """Go back and let the workers do their part; return what was left behind."""
    left = snapshots.go_back(sandbox=sandbox, target=target, exercise=None, removes=removes)
    assert left is not None
    tasks.bring_on(sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    left.refresh_from_db()
    return left


def files(world: World, sandbox: Sandbox) -> set[str]:
    """Return the files in a machine."""
    return {path for path in ("/a", "/b") if not world.engine.run(sandbox.machine, ["cat", path]).exit_status}


def settles(world: World, status: int = 0) -> None:
    """Let machines say that they have written all out, or how else that ended."""
    world.engine.programs[PYTHON] = lambda machine, argv: ExecResult(status, b"", b"")


def disks(world: World) -> set[str]:
    """Return the names of all disks."""
    return {disk.name for disk in world.engine.disks()}


def test_going_back_brings_the_files_and_keeps_what_is_left(world: World, sandbox: Sandbox) -> None:
    """Back and forth: each state is there again, whole."""
    before = keep(world, sandbox)
    world.engine.run(sandbox.machine, ["touch", "/b"])
    left = go_back(world, sandbox, before)
    assert (sandbox.state, files(world, sandbox)) == (State.READY, {"/a"})
    assert (left.kind, left.state) == (Kind.LEFT, Snapshot.State.READY)
    go_back(world, sandbox, left)
    assert files(world, sandbox) == {"/a", "/b"}


def test_what_happens_is_told(world: World, sandbox: Sandbox) -> None:
    """Open pages hear of a snapshot that is asked for and made, and of the way back."""
    world.events.clear()
    snapshot = keep(world, sandbox)
    assert len(world.of_kind("snapshot")) == 2
    go_back(world, sandbox, snapshot)
    assert [event["state"] for event in world.of_kind("sandbox")] == ["resetting", "ready"]


def test_an_unchanged_disk_is_not_copied_again(world: World, sandbox: Sandbox) -> None:
    """Two snapshots of one state have one disk together, which stays as long as one of them does."""
    settles(world)
    first, second = (keep(world, sandbox, Kind.START) for _ in range(2))
    assert first.disk == second.disk
    snapshots.discard(snapshot=first)
    tasks.sweep_disks()
    assert disks(world) == {sandbox.disk, second.disk}
    snapshots.discard(snapshot=second)
    tasks.sweep_disks()
    assert disks(world) == {sandbox.disk}


@pytest.mark.parametrize(("status", "kind"), [(2, Kind.START), (0, Kind.NAMED)])
def test_what_a_machine_says_of_its_disk_is_not_trusted(
    world: World, sandbox: Sandbox, status: int, kind: Snapshot.Kind
) -> None:
    """Where it could not write out, the disk may look unchanged; a grader's snapshot never rests on its word."""
    settles(world, status)
    assert keep(world, sandbox, kind).disk != keep(world, sandbox, kind).disk
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert keep(world, sandbox, kind).disk == keep(world, sandbox, kind).disk


def test_a_failed_machine_has_no_snapshot_in_the_making(world: World, sandbox: Sandbox) -> None:
    """It would be asked for again and again; the reason is told."""
    snapshot = snapshots.request(sandbox=sandbox, kind=Kind.NAMED)
    Sandbox.objects.update(state=State.FAILED)
    tasks.take_snapshot(snapshot.id)
    snapshot.refresh_from_db()
    assert (snapshot.state, "failed" in snapshot.failure) == (Snapshot.State.GONE, True)


@pytest.mark.parametrize("state", [State.READY, State.RESUMING])
def test_a_snapshot_that_finds_no_moment_is_given_up(
    world: World, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    """Its machine stands in line, or the engine copies others', for a quarter of an hour."""
    snapshot = snapshots.request(sandbox=sandbox, kind=Kind.NAMED)
    Sandbox.objects.update(state=state)

    def is_busy(*_: object, **__: object) -> None:
        raise EngineBusyError("busy")

    monkeypatch.setattr(world.engine, "copy_disk", is_busy)
    for minutes, expected in ((14, Snapshot.State.MAKING), (16, Snapshot.State.GONE)):
        Snapshot.objects.update(asked_at=timezone.now() - timedelta(minutes=minutes))
        tasks.take_snapshot(snapshot.id)
        snapshot.refresh_from_db()
        assert snapshot.state == expected
    assert "Ask for it again" in snapshot.failure


def test_a_machines_snapshots_take_two_whole_disks_at_most(world: World, sandbox: Sandbox) -> None:
    """The oldest of what nobody named go, whichever kind; what a grader named stays."""
    measuring.measure(row=local_engine())
    made: list[Snapshot] = []
    for kind in (Kind.NAMED, Kind.START, Kind.LEFT, Kind.START):
        world.engine.run(sandbox.machine, ["touch", f"/{len(made)}"])
        made.append(keep(world, sandbox, Kind.NAMED))
        Snapshot.objects.filter(id=made[-1].id).update(kind=kind, used_bytes=1500 * MEBIBYTE)
    copying.thin(engine=world.engine, sandbox=sandbox)
    live = selectors.snapshots_of(sandbox=sandbox)
    assert [each.id for each in reversed(live)] == [made[0].id, made[2].id, made[3].id]
    assert disks(world) == {sandbox.disk, *(each.disk for each in live)}


def test_room_is_made_where_most_is_held(world: World, sandbox: Sandbox, settings: Settings) -> None:
    """Whoever filled their disks goes before who came earlier; a disk that is needed besides is no room."""
    other = make_ready(make_learner("ravi"))
    old = keep(world, other, Kind.START)
    world.engine._machines[sandbox.machine].files["/big"] = b"x" * 3_000_000
    settles(world)
    shared = keep(world, sandbox, Kind.START)
    named = keep(world, sandbox, Kind.START)
    Snapshot.objects.filter(id=named.id).update(kind=Kind.NAMED)
    world.engine.run(sandbox.machine, ["touch", "/b"])
    first = keep(world, sandbox, Kind.START)
    world.engine.run(sandbox.machine, ["touch", "/c"])
    second = keep(world, sandbox, Kind.START)
    assert shared.disk == named.disk
    settings.DISK_RESERVE_MEBIBYTES = 0
    need = 3 * 256 * MEBIBYTE
    used = sum(disk.used_bytes for disk in world.engine.disks())
    world.engine.total = Amount(AMPLE.memory_bytes, need + used - 1_000_000, AMPLE.pids)
    copying.make_room(row=local_engine())
    assert {each.id for each in Snapshot.objects.filter(state=Snapshot.State.READY)} == {
        old.id, shared.id, named.id, second.id,
    }  # fmt: skip
    assert first.disk not in disks(world)


def test_a_running_command_is_waited_for(world: World, sandbox: Sandbox) -> None:
    """A snapshot is taken at the prompt; after a minute in the middle of the command all the same."""

    def is_held(machine: FakeMachine, argv: object) -> ExecResult:
        return ExecResult(1, b"", b"")

    world.engine.programs[PYTHON] = is_held
    snapshot = keep(world, sandbox)
    assert snapshot.state == Snapshot.State.MAKING
    Snapshot.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    tasks.reconcile(0)
    world.queue.work_off()
    snapshot.refresh_from_db()
    assert snapshot.state == Snapshot.State.READY


def test_a_sleeping_machine_is_copied_without_waking_it(world: World, sandbox: Sandbox) -> None:
    """A grader's snapshot of a suspended machine leaves it suspended; going back to it wakes it."""
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    snapshot = keep(world, sandbox)
    assert (snapshot.state, world.engine.machines()) == (Snapshot.State.READY, [])
    go_back(world, sandbox, snapshot)
    assert files(world, sandbox) == {"/a"}


def test_a_reset_before_the_copy_gives_no_wrong_snapshot(world: World, sandbox: Sandbox) -> None:
    """What was asked for is gone then, and the snapshot says so."""
    snapshot = snapshots.request(sandbox=sandbox, kind=Kind.NAMED)
    actions.reset(sandbox=sandbox)
    tasks.send_snapshot(snapshot)
    world.queue.work_off()
    snapshot.refresh_from_db()
    assert snapshot.state == Snapshot.State.GONE
    assert "reset" in snapshot.failure


def test_snapshots_outlive_a_reset_and_go_with_the_machine(world: World, sandbox: Sandbox) -> None:
    """After a reset one can still go back; a removed machine leaves no copy."""
    snapshot = keep(world, sandbox)
    actions.reset(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert disks(world) == {sandbox.disk, snapshot.disk}
    go_back(world, sandbox, snapshot)
    assert files(world, sandbox) == {"/a"}
    actions.remove(sandbox=sandbox)
    world.queue.work_off()
    assert disks(world) == set()
    assert selectors.snapshots_of(sandbox=sandbox) == []


def test_old_starts_are_thinned(world: World, sandbox: Sandbox, settings: Settings) -> None:
    """The oldest exercises' starts go in silence, and nothing else does."""
    settings.SNAPSHOTS = 2
    named = keep(world, sandbox)
    starts = []
    for path in ("/1", "/2", "/3"):
        world.engine.run(sandbox.machine, ["touch", path])
        starts.append(keep(world, sandbox, Kind.START))
    live = selectors.snapshots_of(sandbox=sandbox)
    assert [each.id for each in live] == [starts[2].id, starts[1].id, named.id]
    assert disks(world) == {sandbox.disk, *(each.disk for each in live)}


def test_what_was_left_behind_goes_only_when_that_was_said(world: World, sandbox: Sandbox) -> None:
    """With four of them the fifth takes the place of the oldest, which the learner was told; else nothing happens."""
    target = keep(world, sandbox)
    left = [go_back(world, sandbox, target) for _ in range(Snapshot.LEFT_KEPT)]
    live = selectors.snapshots_of(sandbox=sandbox)
    assert selectors.next_to_go(live, target=target) == left[0]
    assert selectors.next_to_go(live, target=left[0]) == left[1]
    with pytest.raises(SandboxError, match="changed meanwhile"):
        snapshots.go_back(sandbox=sandbox, target=target, exercise=None, removes=None)
    sandbox.refresh_from_db()
    assert sandbox.state == State.READY
    go_back(world, sandbox, target, removes=left[0].id)
    left[0].refresh_from_db()
    assert left[0].state == Snapshot.State.GONE
    assert left[0].disk not in disks(world)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "bell\a"])
def test_a_name_is_a_short_line_of_text(sandbox: Sandbox, name: str) -> None:
    """Anything else is refused with a sentence."""
    with pytest.raises(SandboxError, match="1 to 60 characters"):
        snapshots.request_named(sandbox=sandbox, name=name, exercise=None, asked_by=make_learner("gita"))


def test_names_are_told_apart_and_bounded(world: World, sandbox: Sandbox) -> None:
    """No two snapshots of a machine have one name, and there are four at most."""
    gita = make_learner("gita")
    for name in ("one", "two", "three", "  four "):
        snapshots.request_named(sandbox=sandbox, name=name, exercise=None, asked_by=gita)
    with pytest.raises(SandboxError, match="already"):
        snapshots.request_named(sandbox=sandbox, name="four", exercise=None, asked_by=gita)
    with pytest.raises(SandboxError, match="Remove one"):
        snapshots.request_named(sandbox=sandbox, name="five", exercise=None, asked_by=gita)


def test_a_host_without_room_gets_no_more_copies(world: World, sandbox: Sandbox) -> None:
    """A snapshot is given up with the reason, and nobody goes back into a full disk; the oldest starts make room."""
    start = keep(world, sandbox, Kind.START)
    world.engine.total = Amount(AMPLE.memory_bytes, 4800 * MEBIBYTE, AMPLE.pids)
    measuring.measure(row=local_engine())
    world.engine.run(sandbox.machine, ["touch", "/b"])
    refused = keep(world, sandbox)
    assert (refused.state, "room" in refused.failure) == (Snapshot.State.GONE, True)
    sandbox.refresh_from_db()
    with pytest.raises(SandboxError, match="stays as it is"):
        snapshots.go_back(sandbox=sandbox, target=start, exercise=None, removes=None)
    tasks.sweep_disks()
    assert disks(world) == {sandbox.disk}


def test_asked_twice_is_gone_back_once(world: World, sandbox: Sandbox) -> None:
    """A doubled click leaves one state behind; another wish meanwhile is refused with a sentence."""
    first = keep(world, sandbox)
    world.engine.run(sandbox.machine, ["touch", "/b"])
    second = keep(world, sandbox)
    assert snapshots.go_back(sandbox=sandbox, target=first, exercise=None, removes=None)
    assert snapshots.go_back(sandbox=sandbox, target=first, exercise=None, removes=None) is None
    with pytest.raises(SandboxError, match="right now"):
        snapshots.go_back(sandbox=sandbox, target=second, exercise=None, removes=None)
    with pytest.raises(SandboxError, match="going back"):
        services.request_reset(sandbox=sandbox)
    assert Snapshot.objects.filter(kind=Kind.LEFT).count() == 1


def test_another_machines_snapshot_is_no_way_back(world: World, sandbox: Sandbox) -> None:
    """Nor is one that is gone."""
    other = make_ready(make_learner("ravi"))
    gone = keep(world, sandbox)
    snapshots.discard(snapshot=gone)
    for target in (keep(world, other), gone):
        with pytest.raises(SandboxError, match="not there any more"):
            snapshots.go_back(sandbox=sandbox, target=target, exercise=None, removes=None)


def test_a_way_back_that_failed_is_tried_again(world: World, sandbox: Sandbox) -> None:
    """The state that was left is kept, and trying again leads to the snapshot after all."""
    target = keep(world, sandbox)
    world.engine.run(sandbox.machine, ["touch", "/b"])
    world.engine.images = set()
    left = go_back(world, sandbox, target)
    assert (sandbox.state, left.state) == (State.FAILED, Snapshot.State.READY)
    world.engine.images = None
    actions.retry(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.start_from, files(world, sandbox)) == (State.READY, "", {"/a"})


def test_who_wants_the_machine_while_it_is_copied_gets_it_after(
    world: World, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task that found the machine taken has left; the copy's end sends it again."""
    copy = world.engine.copy_disk

    def suspended_meanwhile(source: str, target: str, *, floor_bytes: int) -> None:
        actions.suspend(sandbox=sandbox)
        world.queue.work_off()
        copy(source, target, floor_bytes=floor_bytes)

    monkeypatch.setattr(world.engine, "copy_disk", suspended_meanwhile)
    assert keep(world, sandbox).state == Snapshot.State.READY
    sandbox.refresh_from_db()
    assert sandbox.state == State.SUSPENDED


def _taking(sandbox: Sandbox, target: Snapshot) -> Callable[[], None]:
    later = snapshots.request(sandbox=sandbox, kind=Kind.NAMED)
    return lambda: tasks.take_snapshot(later.id)


def _going_back(sandbox: Sandbox, target: Snapshot) -> Callable[[], None]:
    snapshots.go_back(sandbox=sandbox, target=target, exercise=None, removes=None)
    return lambda: tasks.advance(str(sandbox.id))


@pytest.mark.parametrize("moment", range(14))
@pytest.mark.parametrize("begin", [_taking, _going_back])
def test_a_worker_killed_anywhere_leaves_it_whole(
    world: World,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    moment: int,
    begin: Callable[[Sandbox, Snapshot], Callable[[], None]],
) -> None:
    """Before and after each call of the engine: no half snapshot, no state lost, no disk too many."""
    target = keep(world, sandbox)
    world.engine.run(sandbox.machine, ["touch", "/b"])
    work = begin(sandbox, target)
    monkeypatch.setattr("slipway.sandboxes.engines.connect", lambda socket: CrashingEngine(world.engine, moment))
    with contextlib.suppress(KilledError):
        work()
    monkeypatch.setattr("slipway.sandboxes.engines.connect", lambda socket: world.engine)
    for _ in range(2):
        tasks.reconcile(0)
        world.queue.work_off()
        tasks.sweep_disks()
    sandbox.refresh_from_db()
    live = selectors.snapshots_of(sandbox=sandbox)
    assert {each.state for each in live} == {Snapshot.State.READY}
    assert disks(world) == {sandbox.disk, *(each.disk for each in live)}
    assert sorted(sorted(world.engine._disks[each.disk]) for each in live) == [["/a"], ["/a", "/b"]]


def test_only_one_worker_copies(world: World, sandbox: Sandbox) -> None:
    """Whoever finds the machine's lease taken leaves the snapshot in the making."""
    snapshot = snapshots.request(sandbox=sandbox, kind=Kind.NAMED)
    with leases.hold(f"sandbox-{sandbox.id}"):
        copying.take(snapshot_id=snapshot.id)
    snapshot.refresh_from_db()
    assert snapshot.state == Snapshot.State.MAKING
    assert copying.unfinished(row=local_engine(), after=timedelta()) == [snapshot]
