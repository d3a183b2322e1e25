"""The warm pool: filled one at a time, claimed by one learner each, never given away dead or old."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from slipway.sandboxes import actions, pool, tasks
from slipway.sandboxes.advance import advance
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import REAL_COMMITS, TAGS, World, local_engine, make_learner, make_lesson, make_sandbox

pytestmark = REAL_COMMITS


@pytest.fixture
def filled(world: World) -> World:
    """Give an installation with a lesson and a full pool."""
    make_lesson()
    tasks.keep_pool()
    world.queue.work_off()
    return world


def _warm() -> list[Sandbox]:
    return list(Sandbox.objects.filter(owner=None, state=State.READY).order_by("state_at"))


def test_the_pool_is_filled_to_its_size(filled: World) -> None:
    """As many as the setting says, for images of listed lessons alone."""
    assert [warm.image for warm in _warm()] == ["lab-docker", "lab-docker"]


def test_one_start_at_a_time(world: World) -> None:
    """A task starts one machine and sends itself again for the next."""
    make_lesson()
    tasks.keep_pool()
    assert (len(_warm()), world.queue.names()) == (1, ["sandboxes.keep_pool"])


def test_no_warm_machine_is_made_while_a_learner_waits(world: World) -> None:
    """Who waits goes first."""
    make_lesson()
    make_sandbox(make_learner())
    tasks.keep_pool()
    assert not _warm()


def test_a_claim_is_ready_at_once_and_leaves_no_row(filled: World) -> None:
    """The learner gets the oldest warm machine under the id that the page knows."""
    oldest = _warm()[0]
    sandbox = actions.open_sandbox(user=make_learner(), course="docker", image="lab-docker")
    filled.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.machine, sandbox.boot) == (State.READY, oldest.machine, 1)
    assert not Sandbox.objects.filter(id=oldest.id).exists()
    states = [event["state"] for event in filled.of_kind("sandbox") if event["sandbox"] == str(sandbox.id)]
    assert states == ["requested", "ready"]


def test_the_pool_is_filled_again_when_the_one_who_came_has_the_page(filled: World) -> None:
    """Not at once: a start beside it would hold up the arrival that it was made for."""
    actions.open_sandbox(user=make_learner(), course="docker", image="lab-docker")
    filled.queue.work_off()
    tasks.keep_pool()
    assert len(_warm()) == 1
    Sandbox.objects.exclude(owner=None).update(state_at=timezone.now() - pool.REFILL_WAITS)
    tasks.keep_pool()
    assert len(_warm()) == 2


def test_an_empty_pool_is_filled_whoever_comes(filled: World) -> None:
    """Who comes next would wait for a cold start."""
    for name in ("asha", "ben"):
        actions.open_sandbox(user=make_learner(name), course="docker", image="lab-docker")
    filled.queue.work_off()
    assert not _warm()
    tasks.keep_pool()
    assert len(_warm()) == 1


def test_a_dead_warm_machine_is_dropped(filled: World) -> None:
    """A learner never gets a machine that does not answer: the next one is taken, the dead one removed."""
    dead, alive = _warm()
    filled.engine.die(dead.machine)
    sandbox = advance(sandbox_id=make_sandbox(make_learner()).id)
    assert sandbox is not None
    assert sandbox.machine == alive.machine
    dead.refresh_from_db()
    assert dead.state == State.REMOVING


def test_machines_of_an_old_image_leave_the_pool(filled: World) -> None:
    """After `up` built the image anew, nobody gets the old one, and the pool is replaced."""
    old = {warm.machine for warm in _warm()}
    filled.write_tags(TAGS | {"lab-docker": "slipway/lab-docker:000000000002"})
    sandbox = make_sandbox(make_learner())
    assert not pool.claim(sandbox=sandbox, row=local_engine())
    sandbox.delete()
    tasks.keep_pool()
    filled.queue.work_off()
    assert {warm.tag for warm in _warm()} == {"slipway/lab-docker:000000000002"}
    assert not old & {machine.name for machine in filled.engine.machines()}


def test_a_smaller_pool_is_shrunk(filled: World, settings: Settings) -> None:
    """What is too many after the setting changed is removed."""
    settings.POOL_SIZE = 1
    tasks.keep_pool()
    filled.queue.work_off()
    assert len(_warm()) == 1 == len(filled.engine.machines())


def test_an_image_that_cannot_start_is_not_tried_without_pause(world: World) -> None:
    """A failed warm machine keeps its place for a while, so that the engine is not kept busy with failing."""
    make_lesson()
    world.engine.images = set()
    for _ in range(5):
        tasks.keep_pool()
        world.queue.work_off()
    assert Sandbox.objects.filter(owner=None).count() == 2
