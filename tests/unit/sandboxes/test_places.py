"""Places in the line: nobody jumps ahead, and none is lost or kept by what one does elsewhere."""

from datetime import timedelta

from django.utils import timezone

from slipway.sandboxes import actions, line, services, tasks
from slipway.sandboxes.models import Keeping, Sandbox
from slipway.sandboxes.states import State
from tests.unit.sandboxes.test_line import absent_for, opened, state_of
from tests.unit.sandboxes.world import REAL_COMMITS, World, make_learner

pytestmark = REAL_COMMITS


def test_who_leaves_the_line_keeps_a_packed_machine(small: World) -> None:
    """It sleeps on, packed and kept as long as it was; later it comes back."""
    sleeper = opened(small, "asha")
    small.engine.run(sleeper.machine, ["touch", "/a"])
    actions.suspend(sandbox=sleeper)
    small.queue.work_off()
    Keeping.objects.update(pack_at=timezone.now())
    tasks.keep()
    small.queue.work_off()
    announced = list(Keeping.objects.filter(sandbox=sleeper).values())
    others = [opened(small, name) for name in ("ben", "chi")]
    actions.resume(sandbox=sleeper)
    small.queue.work_off()
    absent_for(sleeper, minutes=2)
    tasks.reconcile()
    small.queue.work_off()
    assert (state_of(sleeper), sleeper.is_packed) == (State.SUSPENDED, True)
    assert list(Keeping.objects.filter(sandbox=sleeper).values()) == announced
    actions.suspend(sandbox=others[0])
    actions.resume(sandbox=sleeper)
    small.queue.work_off()
    tasks.reconcile()
    small.queue.work_off()
    assert state_of(sleeper) == State.READY
    assert small.engine.run(sleeper.machine, ["cat", "/a"]).exit_status == 0


def test_who_changes_to_another_image_need_not_stand_in_line(small: World) -> None:
    """The next lesson has another image: the one machine falls asleep for the other, whoever waits."""
    learner = make_learner()
    first = actions.open_sandbox(user=learner, course="docker", image="lab-docker")
    small.queue.work_off()
    opened(small, "ben")
    waiting = opened(small, "chi")
    other = actions.open_sandbox(user=learner, course="docker", image="lab-metal")
    small.queue.work_off()
    assert [state_of(each) for each in (first, other, waiting)] == [State.SUSPENDED, State.READY, State.REQUESTED]


def test_a_machine_that_had_no_room_gives_none_to_another(small: World) -> None:
    """Whoever only stood in line with one has to stand in line with the other, too."""
    learner = make_learner()
    sleeper = actions.open_sandbox(user=learner, course="docker", image="lab-docker")
    small.queue.work_off()
    actions.suspend(sandbox=sleeper)
    small.queue.work_off()
    for name in ("ben", "chi"):
        opened(small, name)
    first = opened(small, "dev")
    actions.resume(sandbox=sleeper)
    other = actions.open_sandbox(user=learner, course="docker", image="lab-metal")
    small.queue.work_off()
    assert state_of(sleeper) == State.SUSPENDED
    assert [line.outlooks()[each.id].place for each in (first, other)] == [1, 2]


def test_who_gave_the_room_away_before_stands_in_line(small: World) -> None:
    """That somebody else waits for long already makes it no change of machines."""
    learner = make_learner()
    sleeper = actions.open_sandbox(user=learner, course="docker", image="lab-docker")
    small.queue.work_off()
    _, next_one, first = (opened(small, name) for name in ("ben", "chi", "dev"))
    absent_for(next_one, seconds=31)
    absent_for(first, seconds=30)
    actions.suspend(sandbox=sleeper)
    small.queue.work_off()
    assert state_of(next_one) == State.READY
    other = actions.open_sandbox(user=learner, course="docker", image="lab-metal")
    small.queue.work_off()
    assert [line.outlooks()[each.id].place for each in (first, other)] == [1, 2]


def test_a_turn_counts_when_its_machine_sleeps_again(small: World) -> None:
    """A course whose learners come and go has had its turns all the same."""
    since = timezone.now()
    sandbox = opened(small, "asha")
    actions.suspend(sandbox=sandbox)
    small.queue.work_off()
    assert line._turns(since) == {"docker": 1}


def test_nobody_waits_behind_a_reset_whose_learner_left(small: World) -> None:
    """It keeps its place for when the learner is there again; until then others pass."""
    learner = make_learner()
    sleeper = actions.open_sandbox(user=learner, course="docker", image="lab-docker")
    small.queue.work_off()
    actions.suspend(sandbox=sleeper)
    small.queue.work_off()
    others = [opened(small, name) for name in ("ben", "chi")]
    actions.reset(sandbox=sleeper)
    small.queue.work_off()
    behind = opened(small, "dev")
    absent_for(sleeper, minutes=5)
    assert {id_: each.place for id_, each in line.outlooks().items()} == {behind.id: 1}
    actions.suspend(sandbox=others[0])
    small.queue.work_off()
    assert (state_of(sleeper), state_of(behind)) == (State.RESETTING, State.READY)
    actions.open_sandbox(user=learner, course="docker", image="lab-docker")
    small.queue.work_off()
    actions.suspend(sandbox=others[1])
    small.queue.work_off()
    assert state_of(sleeper) == State.READY


def test_a_wait_that_was_given_up_is_no_machine_that_fell_asleep(small: World) -> None:
    """It freed no room, so it promises none; and its days are counted on as they were."""
    sleeper = opened(small, "asha")
    actions.suspend(sandbox=sleeper)
    small.queue.work_off()
    Keeping.objects.update(suspended_at=timezone.now() - timedelta(days=2), mailed_at=timezone.now())
    announced = list(Keeping.objects.values())
    for name in ("ben", "chi"):
        opened(small, name)
    actions.resume(sandbox=sleeper)
    small.queue.work_off()
    absent_for(sleeper, minutes=2)
    tasks.reconcile()
    small.queue.work_off()
    assert (state_of(sleeper), list(Keeping.objects.values())) == (State.SUSPENDED, announced)
    waiting = opened(small, "dev")
    seconds = line.outlooks()[waiting.id].seconds
    assert seconds is not None
    assert seconds > 1800


def test_who_is_awaited_by_another_keeps_the_place(small: World) -> None:
    """A grader's check wakes a machine whose learner is not there; it is given up when nobody asks any more."""
    sleeper = opened(small, "asha")
    actions.suspend(sandbox=sleeper)
    small.queue.work_off()
    for name in ("ben", "chi"):
        opened(small, name)
    services.request_resume(sandbox=sleeper)
    absent_for(sleeper, minutes=2)
    services.note_awaited(sandbox=sleeper)
    tasks.reconcile()
    assert state_of(sleeper) == State.RESUMING
    Sandbox.objects.filter(id=sleeper.id).update(awaited_at=timezone.now() - timedelta(seconds=61))
    tasks.reconcile()
    assert state_of(sleeper) == State.SUSPENDED


def test_who_leaves_the_page_gives_the_place_up(small: World) -> None:
    """After a minute the next one has it; a sleeping machine sleeps on with its files."""
    sleeper = opened(small, "asha")
    actions.suspend(sandbox=sleeper)
    small.queue.work_off()
    for name in ("ben", "chi"):
        opened(small, name)
    gone, stays = opened(small, "dev"), opened(small, "eva")
    actions.resume(sandbox=sleeper)
    small.queue.work_off()
    for absent in (gone, sleeper):
        absent_for(absent, seconds=61)
    absent_for(stays, seconds=61)
    services.touch(sandbox_id=stays.id, every=timedelta(seconds=20))
    tasks.reconcile(0)
    small.queue.work_off()
    assert [state_of(each) for each in (gone, sleeper, stays)] == [State.GONE, State.SUSPENDED, State.REQUESTED]
    assert sleeper.disk in [disk.name for disk in small.engine.disks()]
