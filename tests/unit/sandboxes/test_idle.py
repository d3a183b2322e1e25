"""Machines fall asleep when nobody uses them, or at the end of all their time; a click gives more."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from slipway.engine.fake import ok
from slipway.lessonfile.model import Session
from slipway.sandboxes import actions, idle, services
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.services import SandboxError
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import REAL_COMMITS, World, local_engine, make_learner, make_ready

pytestmark = REAL_COMMITS
PYTHON = "/opt/slipway/python"


def _back(sandbox: Sandbox, *, unused: float = 0, awake: float = 0) -> None:
    """Let a machine be unused and awake for so many minutes."""
    now = timezone.now()
    moments = {"used_at": now - timedelta(minutes=unused), "state_at": now - timedelta(minutes=awake or unused)}
    Sandbox.objects.filter(id=sandbox.id).update(**moments)
    sandbox.refresh_from_db()


def _fall_asleep() -> list[Sandbox]:
    return idle.suspend_idle(row=local_engine())


def test_idle_machines_fall_asleep(world: World) -> None:
    """Who was away for an hour finds the machine asleep; who works keeps it."""
    idler, worker = make_ready(make_learner("asha")), make_ready(make_learner("ravi"))
    _back(idler, unused=61)
    _back(worker, unused=59)
    assert [sandbox.id for sandbox in _fall_asleep()] == [idler.id]


def test_a_lesson_has_its_own_times(world: World) -> None:
    """The times of the lesson that was opened last count; without any those of the installation."""
    learner = make_learner()
    sandbox = make_ready(learner)
    for session, minutes in ((Session(idle_minutes=20), 20), (Session(idle_minutes=90), 90), (Session(), 60)):
        actions.open_sandbox(user=learner, course="docker", image="lab-docker", session=session)
        sandbox.refresh_from_db()
        assert sandbox.idle == timedelta(minutes=minutes)


def test_at_its_latest_end_a_machine_sleeps_whatever_runs(world: World) -> None:
    """A program that prints for ever keeps a machine awake for the lesson's cap and no longer."""
    sandbox = make_ready(make_learner(), cap_minutes=120)
    _back(sandbox, unused=0, awake=119)
    assert _fall_asleep() == []
    _back(sandbox, unused=0, awake=121)
    assert [each.id for each in _fall_asleep()] == [sandbox.id]


def test_a_program_that_prints_is_use_without_a_page(world: World) -> None:
    """The terminals' own times are looked at before a machine is put to sleep."""
    sandbox = make_ready(make_learner())
    _back(sandbox, unused=61)
    world.engine.programs[PYTHON] = lambda machine, argv: ok(str(time.time() - 600).encode())
    assert _fall_asleep() == []
    sandbox.refresh_from_db()
    assert abs(sandbox.used_at - timezone.now() + timedelta(minutes=10)) < timedelta(seconds=5)


@pytest.mark.parametrize("answer", [b"", b"yes", b"nan", b"1e300", b"-1", b"0.0"])
def test_a_machine_that_answers_nonsense_sleeps(world: World, answer: bytes) -> None:
    """What cannot be read is no use of the machine."""
    sandbox = make_ready(make_learner())
    _back(sandbox, unused=61)
    world.engine.programs[PYTHON] = lambda machine, argv: ok(answer)
    assert [each.id for each in _fall_asleep()] == [sandbox.id]


def test_a_machine_cannot_claim_a_future(world: World) -> None:
    """Whoever sets the times of a terminal forward gets what using it would give, and the cap stays."""
    sandbox = make_ready(make_learner())
    _back(sandbox, unused=61)
    world.engine.programs[PYTHON] = lambda machine, argv: ok(str(time.time() + 10**6).encode())
    assert _fall_asleep() == []
    sandbox.refresh_from_db()
    assert sandbox.used_at <= timezone.now()


def test_use_between_look_and_move_keeps_it_awake(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The move counts only if nobody used the machine meanwhile."""
    sandbox = make_ready(make_learner())
    _back(sandbox, unused=61)
    move = services.move

    def used_first(**changes: object) -> bool:
        Sandbox.objects.filter(id=sandbox.id).update(used_at=timezone.now())
        return move(**changes)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "move", used_first)
    assert _fall_asleep() == []


def test_extending_moves_the_end_and_tells_the_page(world: World) -> None:
    """One click gives the full time again."""
    sandbox = make_ready(make_learner())
    _back(sandbox, unused=57)
    world.events.clear()
    actions.extend(sandbox=sandbox)
    sandbox.refresh_from_db()
    assert sandbox.ends_at - timezone.now() > timedelta(minutes=59)
    assert len(world.of_kind("sandbox")) == 1


def test_no_click_goes_beyond_the_cap(world: World) -> None:
    """Shortly before the cap a click gives what is left; then it is refused with what to do."""
    sandbox = make_ready(make_learner(), cap_minutes=120)
    _back(sandbox, unused=58, awake=100)
    actions.extend(sandbox=sandbox)
    sandbox.refresh_from_db()
    assert sandbox.ends_at == sandbox.latest_end
    with pytest.raises(SandboxError, match="resume it then"):
        actions.extend(sandbox=sandbox)


def test_a_sleeping_machine_has_no_time_to_extend(world: World) -> None:
    """The refusal says how it is."""
    sandbox = make_ready(make_learner())
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert sandbox.state == State.SUSPENDED
    with pytest.raises(SandboxError, match="Resume it first"):
        actions.extend(sandbox=sandbox)


def test_pages_hear_of_use_once_a_minute(world: World) -> None:
    """Their clocks go on from there."""
    sandbox = make_ready(make_learner())
    _back(sandbox, unused=2)
    world.events.clear()
    for _ in range(3):
        services.touch(sandbox_id=sandbox.id)
    assert len(world.of_kind("sandbox")) == 1


def test_pages_do_not_hear_that_somebody_waits(world: World) -> None:
    """Who stands in the line is noted every 20 s, and has no clock yet."""
    sandbox = make_ready(make_learner())
    _back(sandbox, unused=2)
    Sandbox.objects.update(state=State.RESUMING, admitted_at=None)
    world.events.clear()
    services.touch(sandbox_id=sandbox.id, every=timedelta(seconds=20))
    sandbox.refresh_from_db()
    assert timezone.now() - sandbox.used_at < timedelta(minutes=1)
    assert world.of_kind("sandbox") == []
