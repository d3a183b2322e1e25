"""Database and engine are compared, and mended both ways."""

from datetime import timedelta

import pytest
from django.utils import timezone

from slipway.engine.port import MachineSpec
from slipway.sandboxes import actions, reconcile, tasks
from slipway.sandboxes.models import Engine, Sandbox, StrayDisk
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import REAL_COMMITS, World, local_engine, make_learner, make_ready, make_sandbox

pytestmark = REAL_COMMITS
STRAY = "m-000000000000"
_STUCK = {
    State.PREPARING: State.READY,
    State.RESUMING: State.READY,
    State.RESETTING: State.READY,
    State.SUSPENDING: State.SUSPENDED,
    State.REMOVING: State.GONE,
}


def _mend(world: World) -> None:
    tasks.reconcile(0)
    world.queue.work_off()
    tasks.sweep_disks()


def test_a_dead_machine_comes_back_with_its_files(world: World) -> None:
    """A machine whose first process was killed is started again from its disk, and the page hears of both."""
    sandbox = make_ready(make_learner())
    world.engine.run(sandbox.machine, ["touch", "/root/notes"])
    world.engine.die(sandbox.machine)
    world.events.clear()
    _mend(world)
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.boot) == (State.READY, 2)
    assert world.engine.run(sandbox.machine, ["cat", "/root/notes"]).exit_status == 0
    assert [event["state"] for event in world.of_kind("sandbox")] == ["resuming", "ready"]


def test_a_reported_death_is_mended_at_once(world: World) -> None:
    """A terminal that loses its machine need not wait for the next look; a wrong report changes nothing."""
    sandbox = make_ready(make_learner())
    actions.report_unreachable(sandbox_id=sandbox.id)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert sandbox.boot == 1
    world.engine.die(sandbox.machine)
    actions.report_unreachable(sandbox_id=sandbox.id)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.boot) == (State.READY, 2)


def test_a_machine_that_nobody_knows_is_removed_and_its_disk_kept_for_a_day(world: World) -> None:
    """A restored backup may know the disk tomorrow; after a day it is deleted."""
    world.engine.start_machine(MachineSpec(name=STRAY, disk=f"{STRAY}.0", image="x"))
    _mend(world)
    assert not world.engine.machines()
    assert [stray.name for stray in StrayDisk.objects.all()] == [f"{STRAY}.0"] == [d.name for d in world.engine.disks()]
    StrayDisk.objects.update(seen_at=timezone.now() - timedelta(days=2))
    _mend(world)
    assert not world.engine.disks()
    _mend(world)
    assert not StrayDisk.objects.exists()


def test_machines_of_proofs_and_benches_are_left_alone(world: World) -> None:
    """What has a name of another shape is not ours."""
    world.engine.start_machine(MachineSpec(name="prove-1", disk="prove-1", image="x"))
    _mend(world)
    assert [machine.name for machine in world.engine.machines()] == ["prove-1"]
    assert not StrayDisk.objects.exists()


def test_a_machine_is_known_before_it_exists(world: World) -> None:
    """A start that is under way is never taken for a stray: its row has the name first."""
    sandbox = make_sandbox(make_learner(), state=State.PREPARING, machine=STRAY, engine=local_engine())
    world.engine.start_machine(MachineSpec(name=STRAY, disk=f"{STRAY}.0", image="x"))
    reconcile.reconcile(row=local_engine())
    assert [machine.name for machine in world.engine.machines()] == [sandbox.machine]


@pytest.mark.parametrize("state", _STUCK)
def test_stuck_rows_are_brought_on(world: World, state: State) -> None:
    """Whatever a dead worker left in the middle comes to rest."""
    sandbox = make_ready(make_learner())
    Sandbox.objects.filter(id=sandbox.id).update(state=state)
    _mend(world)
    sandbox.refresh_from_db()
    assert sandbox.state == _STUCK[state]


def test_a_lost_request_is_sent_again(world: World) -> None:
    """Who waits while the broker lost the task is let in all the same."""
    make_sandbox(make_learner())
    tasks.reconcile(0)
    assert [(task.name, queue) for task, _, queue in world.queue.sent] == [("sandboxes.advance", "engine.local")]


def test_an_engine_that_does_not_answer_proves_nothing(world: World) -> None:
    """No row moves while the engine is away, and the page can say so."""
    sandbox = make_ready(make_learner())
    world.engine.die(sandbox.machine)
    world.engine.is_reachable = False
    tasks.reconcile(0)
    sandbox.refresh_from_db()
    assert sandbox.state == State.READY
    assert Engine.objects.get().seen_at is None


def test_the_disk_of_an_earlier_life_is_deleted(world: World) -> None:
    """A worker that died after a reset, before it deleted the old disk, leaves nothing for long."""
    sandbox = make_ready(make_learner())
    world.engine.copy_disk(sandbox.disk, f"{sandbox.machine}.1")
    world.engine.stop_machine(sandbox.machine)
    Sandbox.objects.filter(id=sandbox.id).update(generation=1, state=State.RESUMING)
    _mend(world)
    _mend(world)
    assert [disk.name for disk in world.engine.disks()] == [f"{sandbox.machine}.1"]
