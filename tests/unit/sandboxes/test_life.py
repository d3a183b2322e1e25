"""The life of a learner's sandbox, each request asked once and twice."""

import pytest

from slipway.engine.port import EngineUnreachableError
from slipway.sandboxes import actions, services
from slipway.sandboxes.advance import advance
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.services import SandboxError
from slipway.sandboxes.states import State
from tests.unit.sandboxes.crashing import KilledError
from tests.unit.sandboxes.world import REAL_COMMITS, World, make_learner, make_ready, make_sandbox

pytestmark = REAL_COMMITS


def _write(world: World, sandbox: Sandbox, path: str) -> None:
    assert world.engine.run(sandbox.machine, ["touch", path]).exit_status == 0


def _has(world: World, sandbox: Sandbox, path: str) -> bool:
    return world.engine.run(sandbox.machine, ["cat", path]).exit_status == 0


def test_open_makes_a_machine_and_tells_the_page(world: World) -> None:
    """Opening asks for a machine on the shared queue; the task makes it; the page hears of each state."""
    sandbox = actions.open_sandbox(user=make_learner(), course="docker", image="lab-docker")
    assert [(task.name, queue) for task, _, queue in world.queue.sent] == [("sandboxes.start", "starts")]
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.boot) == (State.READY, 1)
    assert [event["state"] for event in world.of_kind("sandbox")] == ["requested", "preparing", "ready"]


def test_open_twice_is_one_sandbox(world: World) -> None:
    """Two tabs, or a task that runs twice, end with one machine."""
    learner = make_learner()
    first = actions.open_sandbox(user=learner, course="docker", image="lab-docker")
    second = actions.open_sandbox(user=learner, course="docker", image="lab-docker")
    world.queue.work_off()
    assert first.id == second.id
    assert len([m for m in world.engine.machines() if m.running]) == 1 == Sandbox.objects.count()


def test_opening_another_image_suspends_the_first(world: World) -> None:
    """A learner has one awake machine in a course; the other keeps its files and comes back."""
    learner = make_learner()
    first = make_ready(learner)
    _write(world, first, "/root/notes")
    second = actions.open_sandbox(user=learner, course="docker", image="lab-metal")
    world.queue.work_off()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.SUSPENDED, State.READY)
    actions.open_sandbox(user=learner, course="docker", image="lab-docker")
    world.queue.work_off()
    first.refresh_from_db()
    assert (first.state, first.boot) == (State.READY, 2)
    assert _has(world, first, "/root/notes")


def test_suspend_and_resume_keep_the_files(world: World) -> None:
    """A machine that slept has its files; asking twice for either changes nothing more."""
    sandbox = make_ready(make_learner())
    _write(world, sandbox, "/root/notes")
    for _ in range(2):
        actions.suspend(sandbox=sandbox)
        world.queue.work_off()
    assert not world.engine.machines()
    for _ in range(2):
        actions.resume(sandbox=sandbox)
        world.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.boot) == (State.READY, 2)
    assert _has(world, sandbox, "/root/notes")


def test_resume_while_it_falls_asleep(world: World) -> None:
    """Who comes back in the moment of falling asleep is awake in the end, with one task or two."""
    sandbox = make_ready(make_learner())
    services.request_suspend(sandbox=sandbox)
    services.request_resume(sandbox=sandbox)
    advance(sandbox_id=sandbox.id)
    sandbox.refresh_from_db()
    assert sandbox.state == State.READY
    assert [machine.name for machine in world.engine.machines()] == [sandbox.machine]


def test_a_ready_machine_is_not_packed(world: World) -> None:
    """Whatever the row said on the way: the disk was there to start on, and a snapshot can be asked for."""
    sandbox = make_ready(make_learner())
    Sandbox.objects.filter(id=sandbox.id).update(state=State.RESETTING, is_packed=True)
    advance(sandbox_id=sandbox.id)
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.is_packed) == (State.READY, False)


def test_an_arrival_and_its_announcement_are_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker killed between the two leaves no machine that is awake and still to be removed."""
    sandbox = make_ready(make_learner())
    Sandbox.objects.filter(id=sandbox.id).update(state=State.RESUMING)
    monkeypatch.setattr("slipway.sandboxes.keeping.end", lambda *, sandbox: (_ for _ in ()).throw(KilledError))
    with pytest.raises(KilledError):
        advance(sandbox_id=sandbox.id)
    sandbox.refresh_from_db()
    assert sandbox.state == State.RESUMING


def test_reset_gives_a_new_disk_and_deletes_the_old(world: World) -> None:
    """After a reset the machine has its name, nothing of its files, and one disk."""
    sandbox = make_ready(make_learner())
    _write(world, sandbox, "/root/notes")
    actions.reset(sandbox=sandbox)
    actions.reset(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.generation) == (State.READY, 1)
    assert not _has(world, sandbox, "/root/notes")
    assert [disk.name for disk in world.engine.disks()] == [sandbox.disk]


def test_remove_leaves_nothing(world: World) -> None:
    """A removed sandbox has neither machine nor disk; its row stays for its evidence, and another can be opened."""
    learner = make_learner()
    sandbox = make_ready(learner)
    for _ in range(2):
        actions.remove(sandbox=sandbox)
        world.queue.work_off()
    sandbox.refresh_from_db()
    assert sandbox.state == State.GONE
    assert not world.engine.machines() + list(world.engine.disks())
    assert actions.open_sandbox(user=learner, course="docker", image="lab-docker").id != sandbox.id


def test_an_image_that_is_not_built_fails_with_a_reason(world: World) -> None:
    """The learner reads what is wrong; once it is mended, trying again works."""
    world.write_tags({})
    sandbox = actions.open_sandbox(user=make_learner(), course="docker", image="lab-docker")
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert sandbox.state == State.FAILED
    assert "./slipway up" in sandbox.failure
    world.write_tags({"lab-docker": "slipway/lab-docker:000000000002"})
    actions.retry(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.failure) == (State.READY, "")


def test_a_failed_first_start_is_tried_again_on_a_new_disk(world: World) -> None:
    """What a failed start left on its disk is not built upon."""
    world.engine.images = set()
    sandbox = advance(sandbox_id=make_sandbox(make_learner()).id)
    assert sandbox is not None
    assert sandbox.state == State.FAILED
    world.engine.images = None
    actions.retry(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.generation) == (State.READY, 1)


def test_a_lost_disk_is_never_replaced_in_silence(world: World) -> None:
    """A machine whose disk is gone fails with a reason instead of coming back empty; a reset is the way out."""
    sandbox = make_ready(make_learner())
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    world.engine.delete_disk(sandbox.disk)
    actions.resume(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, bool(sandbox.failure)) == (State.FAILED, True)
    actions.reset(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert sandbox.state == State.READY


def test_an_unreachable_engine_proves_nothing(world: World) -> None:
    """While the engine does not answer a row stays as it is, and goes on when it answers."""
    sandbox = make_sandbox(make_learner())
    world.engine.is_reachable = False
    with pytest.raises(EngineUnreachableError):
        advance(sandbox_id=sandbox.id)
    sandbox.refresh_from_db()
    assert sandbox.state == State.REQUESTED
    world.engine.is_reachable = True
    advance(sandbox_id=sandbox.id)
    sandbox.refresh_from_db()
    assert sandbox.state == State.READY


def test_what_cannot_be_done_is_refused_with_a_sentence(world: World) -> None:
    """A removed machine cannot be reset: the learner reads what to do instead."""
    sandbox = make_ready(make_learner())
    actions.remove(sandbox=sandbox)
    with pytest.raises(SandboxError, match="Open the lesson again"):
        actions.reset(sandbox=sandbox)
