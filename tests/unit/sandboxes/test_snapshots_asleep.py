"""Snapshots and sleep: they are kept as long as their machine, and neither hits the other in its middle."""

from datetime import timedelta

import pytest
from django.utils import timezone

from slipway.sandboxes import actions, copying, idle, keeping, services, snapshots, tasks
from slipway.sandboxes.models import Keeping, Sandbox, Snapshot
from slipway.sandboxes.services import SandboxError
from slipway.sandboxes.states import State
from tests.unit.sandboxes.test_snapshots import disks, files, go_back, keep
from tests.unit.sandboxes.world import REAL_COMMITS, World, local_engine, make_learner, make_ready

pytestmark = REAL_COMMITS


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    """Give a learner's machine with a file /a, whose learner can get no mail."""
    sandbox = make_ready(make_learner())
    world.engine.run(sandbox.machine, ["touch", "/a"])
    return sandbox


def pack(world: World, sandbox: Sandbox) -> None:
    """Let a machine fall asleep, and its day of being packed come."""
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    Keeping.objects.update(pack_at=timezone.now())
    tasks.keep()
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert sandbox.state == State.ARCHIVED


def packed(world: World) -> set[str]:
    """Return the names of all packed disks."""
    return {disk.name for disk in world.engine.disks() if disk.is_packed}


def test_the_snapshots_of_a_packed_machine_are_kept_as_they_are(world: World, sandbox: Sandbox) -> None:
    """Only the machine's own disk is packed; the sweep leaves both, and so does the way back to the machine."""
    snapshot = keep(world, sandbox)
    pack(world, sandbox)
    tasks.sweep_disks()
    assert (disks(world), packed(world)) == ({sandbox.disk, snapshot.disk}, {sandbox.disk})
    actions.resume(sandbox=sandbox)
    world.queue.work_off()
    assert disks(world) == {sandbox.disk, snapshot.disk}


def test_a_packed_machine_goes_back_and_forth(world: World, sandbox: Sandbox) -> None:
    """What it leaves behind stays packed until somebody wants to go back to that: nothing is lost, nobody waits."""
    before = keep(world, sandbox)
    world.engine.run(sandbox.machine, ["touch", "/b"])
    world.engine._machines[sandbox.machine].files["/b"] = b"x" * 1000
    pack(world, sandbox)
    left = go_back(world, sandbox, before)
    assert (sandbox.state, sandbox.is_packed, files(world, sandbox)) == (State.READY, False, {"/a"})
    assert (left.state, packed(world)) == (Snapshot.State.READY, {left.disk})
    assert left.used_bytes == next(disk.unpacked_bytes for disk in world.engine.disks() if disk.is_packed)
    assert not Keeping.objects.exists()
    tasks.sweep_disks()
    go_back(world, sandbox, left)
    assert (files(world, sandbox), packed(world)) == ({"/a", "/b"}, set())


def test_snapshots_are_removed_with_their_machine(world: World, sandbox: Sandbox) -> None:
    """On the announced day; nothing of either stays on the engine."""
    snapshot = keep(world, sandbox)
    pack(world, sandbox)
    Keeping.objects.update(remove_at=timezone.now())
    tasks.keep()
    world.queue.work_off()
    sandbox.refresh_from_db()
    snapshot.refresh_from_db()
    assert (sandbox.state, snapshot.state, disks(world)) == (State.GONE, Snapshot.State.GONE, set())


def test_no_snapshot_is_taken_of_a_packed_machine(world: World, sandbox: Sandbox) -> None:
    """Who asks is told what to do; who asked in the moment before learns it from the snapshot."""
    asked = snapshots.request(sandbox=sandbox, kind=Snapshot.Kind.NAMED)
    services.move(sandbox=sandbox, sources=frozenset({State.READY}), to=State.SUSPENDING)
    Snapshot.objects.update(state=Snapshot.State.GONE)
    tasks.bring_on(sandbox)
    world.queue.work_off()
    pack(world, sandbox)
    with pytest.raises(SandboxError, match="Resume it first"):
        snapshots.request(sandbox=sandbox, kind=Snapshot.Kind.NAMED)
    Snapshot.objects.update(state=Snapshot.State.MAKING)
    copying.take(snapshot_id=asked.id)
    asked.refresh_from_db()
    assert (asked.state, "Resume it" in asked.failure) == (Snapshot.State.GONE, True)


def test_a_machine_does_not_fall_asleep_while_its_snapshot_is_made(world: World, sandbox: Sandbox) -> None:
    """It stands still meanwhile, so nobody could see whether something is printed in it; afterwards its time counts."""
    Sandbox.objects.update(used_at=timezone.now() - timedelta(days=1), state_at=timezone.now() - timedelta(days=1))
    snapshot = snapshots.request(sandbox=sandbox, kind=Snapshot.Kind.NAMED)
    assert idle.suspend_idle(row=local_engine()) == []
    snapshots.made(snapshot=snapshot, disk=snapshot.disk, used_bytes=1)
    assert [each.id for each in idle.suspend_idle(row=local_engine())] == [sandbox.id]


def test_a_machine_is_not_packed_while_its_snapshot_is_made(world: World, sandbox: Sandbox) -> None:
    """The snapshot of a machine that sleeps comes first."""
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    Keeping.objects.update(pack_at=timezone.now())
    snapshot = snapshots.request(sandbox=sandbox, kind=Snapshot.Kind.NAMED)
    assert keeping.pack_next(row=local_engine()) is None
    copying.take(snapshot_id=snapshot.id)
    assert keeping.pack_next(row=local_engine()) == sandbox
