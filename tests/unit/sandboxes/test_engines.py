"""Several engines: one that joins, drains or does not answer, and machines that move from one to another."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from slipway.engine.fake import FakeEngine
from slipway.engine.port import MEBIBYTE, Amount, EngineError, EngineUnreachableError
from slipway.sandboxes import draining, engines, measuring, placing, selectors, services, tasks, watching
from slipway.sandboxes.advance import advance
from slipway.sandboxes.models import Engine, Sandbox, Snapshot
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import REAL_COMMITS, World, local_engine, make_learner, make_ready, make_sandbox

pytestmark = REAL_COMMITS
SHIP = "/root/ship"


@dataclass
class Two:
    """The site's engine and another host's, both reached here."""

    here: Engine
    there: Engine
    near: FakeEngine
    far: FakeEngine

    def write(self, sandbox: Sandbox, content: bytes) -> None:
        """Have a learner write a file."""
        self.near._machines[sandbox.machine].files[SHIP] = content

    def begin(self) -> None:
        """Drain the site's engine, at once."""
        draining.begin(row=self.here, at=timezone.now())

    def where(self, sandbox: Sandbox) -> tuple[str, str]:
        """Return the engine and the state of a sandbox."""
        now = selectors.sandbox_by_id(sandbox_id=sandbox.id)
        assert now is not None
        assert now.engine is not None
        return now.engine.name, now.state


@pytest.fixture
def two(world: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Two:
    """Give two engines that answered just now."""
    settings.POOL_SIZE = 0
    settings.ENGINE_SOCKET = str(tmp_path / "here.sock")
    there = Engine.objects.create(name="second")
    found = {settings.ENGINE_SOCKET: world.engine, there.socket: FakeEngine()}
    for path in map(Path, found):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    monkeypatch.setattr(engines, "connect", lambda socket: found[socket])
    two = Two(local_engine(), there, world.engine, found[there.socket])
    for row in (two.here, two.there):
        measuring.measure(row=row)
        Engine.objects.filter(id=row.id).update(seen_at=timezone.now())
        row.refresh_from_db()
    return two


@pytest.mark.parametrize("state", [Engine.State.JOINING, Engine.State.DRAINING])
def test_one_that_joins_or_drains_takes_nobody(two: Two, world: World, state: str) -> None:
    """Who waits is let in elsewhere; machines of the pool end there."""
    Engine.objects.filter(id=two.here.id).update(state=state)
    waiting = make_sandbox(make_learner())
    tasks.start(str(waiting.id))
    assert placing.admit(row=local_engine()) == []
    assert [queue for task, _, queue in world.queue.sent if task.name == "sandboxes.let_in"] == ["engine.second"]
    assert [each.id for each in placing.admit(row=two.there)] == [waiting.id]


def test_a_lost_engine_is_told_and_nothing_is_gone(two: Two, world: World) -> None:
    """After 20 s without a word, once; its machine stays ready, and comes back with it."""
    sandbox = make_ready(make_learner())
    world.events.clear()
    assert watching.note_lost() == []
    Engine.objects.filter(id=two.here.id).update(seen_at=timezone.now() - timedelta(seconds=21))
    for _ in range(2):
        assert watching.note_lost() == []
    assert len(world.of_kind("sandbox")) == 1
    now = selectors.sandbox_by_id(sandbox_id=sandbox.id)
    assert now is not None
    assert (now.state, selectors.machine_state(sandbox=now).is_unreachable) == (State.READY, True)
    tasks.reconcile()
    assert len(world.of_kind("sandbox")) == 2
    assert two.where(sandbox) == ("local", State.READY)
    assert local_engine().lost_at is None


def test_a_start_that_was_lost_with_its_engine_is_made_elsewhere(two: Two) -> None:
    """Nothing of anybody's was on it. What the lost engine makes of it later is nobody's."""
    begun = make_sandbox(make_learner(), engine=two.there, machine="m-000000000001", state=State.PREPARING)
    let_in = make_sandbox(make_learner("ben"), engine=two.there, admitted_at=timezone.now())
    Engine.objects.filter(id=two.there.id).update(seen_at=timezone.now() - timedelta(seconds=21))
    assert {each.id for each in watching.note_lost()} == {begun.id, let_in.id}
    for each in (begun, let_in):
        each.refresh_from_db()
        assert (each.state, each.engine, each.machine, each.is_waiting) == (State.REQUESTED, None, "", True)
    assert not services.move(sandbox=begun, sources=frozenset({State.PREPARING}), to=State.READY)
    assert advance(sandbox_id=begun.id) is not None
    assert two.where(begun) == ("local", State.READY)


def test_machines_are_moved_one_by_one_with_their_files(two: Two, world: World) -> None:
    """While one is on its way the other one's learner works on; in the end the engine has no disk of theirs."""
    learners = [make_ready(make_learner(name)) for name in ("asha", "ben")]
    for number, sandbox in enumerate(learners):
        two.write(sandbox, b"%d" % number)
    two.begin()
    tasks.drain()
    assert sorted(two.where(each)[1] for each in learners) == [State.READY, State.SUSPENDING]
    for _ in range(6):
        world.queue.work_off()
        tasks.drain()
    assert [two.where(each) for each in learners] == [("second", State.SUSPENDED)] * 2
    assert [two.far._disks[each.disk][SHIP] for each in learners] == [b"0", b"1"]
    assert two.near.disks() == []
    assert not draining.left_on(two.here).exists()


def test_who_comes_back_meanwhile_goes_on_there(two: Two) -> None:
    """The machine waits where it was, takes no new start there, and is let in on the other engine after the move."""
    sandbox = make_ready(make_learner())
    services.request_suspend(sandbox=sandbox)
    advance(sandbox_id=sandbox.id)
    two.begin()
    services.request_resume(sandbox=sandbox)
    assert advance(sandbox_id=sandbox.id) is not None
    assert two.where(sandbox) == ("local", State.RESUMING)
    tasks.drain()
    assert two.where(sandbox) == ("second", State.RESUMING)
    assert advance(sandbox_id=sandbox.id) is not None
    assert two.where(sandbox) == ("second", State.READY)


def asleep(learner: str = "asha") -> Sandbox:
    """Return a learner's machine that sleeps."""
    sandbox = make_ready(make_learner(learner))
    services.request_suspend(sandbox=sandbox)
    slept = advance(sandbox_id=sandbox.id)
    assert slept is not None
    return slept


def test_packed_ones_and_snapshots_come_along(two: Two) -> None:
    """Each as it was: packed stays packed, and what one may go back to is there."""
    sandbox = asleep()
    two.near.copy_disk(sandbox.disk, f"{sandbox.machine}.s00000001")
    two.near.copy_disk(sandbox.disk, f"{sandbox.machine}.s00000002")
    live = {"sandbox": sandbox, "kind": Snapshot.Kind.NAMED, "tag": sandbox.tag, "generation": 0}
    Snapshot.objects.create(disk=f"{sandbox.machine}.s00000001", state=Snapshot.State.READY, **live)
    two.near.pack_disk(sandbox.disk)
    Sandbox.objects.filter(id=sandbox.id).update(state=State.ARCHIVED, is_packed=True)
    two.begin()
    tasks.drain()
    assert two.where(sandbox) == ("second", State.ARCHIVED)
    assert {disk.name: disk.is_packed for disk in two.far.disks()} == {
        sandbox.disk: True, f"{sandbox.machine}.s00000001": False
    }  # fmt: skip


@pytest.mark.parametrize("why", ["room", "silent", "joining", "out of reach"])
def test_a_target_that_cannot_take_it_is_never_chosen(two: Two, why: str) -> None:
    """Then the machine stays, and stays awake."""
    sandbox = make_ready(make_learner())
    if why == "room":
        two.far.total = Amount(10**12, 4096 * MEBIBYTE, 10**6)
        measuring.measure(row=two.there)
    elif why == "silent":
        Engine.objects.filter(id=two.there.id).update(seen_at=timezone.now() - timedelta(minutes=1))
    elif why == "joining":
        Engine.objects.filter(id=two.there.id).update(state=Engine.State.JOINING)
    else:
        Path(two.there.socket).unlink()
    two.begin()
    tasks.drain()
    assert two.where(sandbox) == ("local", State.READY)


def test_one_that_was_used_meanwhile_stays(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row is changed only if nothing happened to it while its disk was copied; the copy is deleted."""
    sandbox = asleep()
    send = FakeEngine.send_disk

    def meanwhile(engine: FakeEngine, *arguments: object, **options: int) -> None:
        send(engine, *arguments, **options)  # type: ignore[arg-type]
        services.request_reset(sandbox=sandbox)

    monkeypatch.setattr(FakeEngine, "send_disk", meanwhile)
    two.begin()
    tasks.drain()
    assert two.where(sandbox) == ("local", State.RESETTING)
    assert two.far.disks() == []


def test_one_that_ran_meanwhile_keeps_what_it_wrote(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The drain was ended and begun again while its disk was copied: the copy is older than the machine."""
    sandbox = asleep()
    send = FakeEngine.send_disk

    def meanwhile(engine: FakeEngine, *arguments: object, **options: int) -> None:
        send(engine, *arguments, **options)  # type: ignore[arg-type]
        draining.end(row=two.here)
        services.request_resume(sandbox=sandbox)
        advance(sandbox_id=sandbox.id)
        two.write(sandbox, b"newer")
        services.request_suspend(sandbox=sandbox)
        advance(sandbox_id=sandbox.id)
        draining.begin(row=two.here, at=timezone.now())
        services.request_resume(sandbox=sandbox)

    two.begin()
    with monkeypatch.context() as busy:
        busy.setattr(FakeEngine, "send_disk", meanwhile)
        tasks.drain()
    assert two.where(sandbox) == ("local", State.RESUMING)
    tasks.drain()
    assert two.where(sandbox) == ("second", State.RESUMING)
    assert two.far._disks[sandbox.disk][SHIP] == b"newer"


@pytest.mark.parametrize("error", [EngineError("no"), EngineUnreachableError("away")])
def test_a_move_that_breaks_off_is_done_again(two: Two, monkeypatch: pytest.MonkeyPatch, error: EngineError) -> None:
    """The machine is where it was until it is whole elsewhere."""
    sandbox = asleep()
    with monkeypatch.context() as broken:

        def fail(*_: object, **__: object) -> None:
            raise error

        broken.setattr(two.far, "unpack_disk", fail)
        two.begin()
        tasks.drain()
    assert two.where(sandbox) == ("local", State.SUSPENDED)
    assert [disk.name for disk in two.near.disks()] == [sandbox.disk]
    tasks.drain()
    assert two.where(sandbox) == ("second", State.SUSPENDED)


def test_a_task_for_a_machine_that_was_moved_finds_it(two: Two, world: World) -> None:
    """Whichever worker it was sent to before."""
    sandbox = asleep()
    Sandbox.objects.filter(id=sandbox.id).update(engine=two.there, state=State.RESUMING)
    world.queue.sent.clear()
    tasks.advance(str(sandbox.id))
    assert [(task.name, queue) for task, _, queue in world.queue.sent] == [("sandboxes.advance", "engine.second")]


def test_before_its_time_learners_are_told_and_work_on(two: Two, world: World) -> None:
    """The notice says when; nothing sleeps before."""
    sandbox = make_ready(make_learner())
    world.events.clear()
    at = timezone.now() + timedelta(minutes=10)
    draining.begin(row=two.here, at=at)
    assert len(world.of_kind("sandbox")) == 1
    now = selectors.sandbox_by_id(sandbox_id=sandbox.id)
    assert now is not None
    assert selectors.machine_state(sandbox=now).moves_at == at
    tasks.drain()
    assert two.where(sandbox) == ("local", State.READY)
    draining.end(row=two.here)
    assert local_engine().state == Engine.State.OPEN


def test_what_a_lost_host_had_is_given_up_with_a_word(two: Two, world: World) -> None:
    """Its learner is told, has no machine and may start a new one; the engine's row can go."""
    learner = make_learner()
    sandbox = make_ready(learner)
    assert draining.give_up(row=two.here) == 1
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.failure) == (State.GONE, draining.LOST)
    assert world.of_kind("sandbox")[-1]["failure"] == draining.LOST
    draining.forget_gone(row=two.here)
    two.here.delete()
    assert selectors.sandbox_for(user=learner, course="docker", image="lab-docker") is None


def test_the_images_of_the_site_are_taken_over(two: Two, world: World) -> None:
    """A host that joined starts machines from the tags that the site gave it."""
    Engine.objects.filter(id=two.here.id).update(images={"lab-docker": "slipway/lab-docker:9"})
    tasks.reconcile()
    assert (world.home / "images.json").read_text(encoding="utf-8") == '{\n "lab-docker": "slipway/lab-docker:9"\n}\n'
