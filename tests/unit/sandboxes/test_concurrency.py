"""Many at once on a database in a file: no machine is given twice, no sandbox made twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway.accounts.models import User
from slipway.sandboxes import actions, services, tasks
from slipway.sandboxes.advance import advance
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.unit.sandboxes.file_database import at_once, file_database
from tests.unit.sandboxes.world import REAL_COMMITS, World, make_learner, make_lesson, make_ready, make_sandbox

pytestmark = REAL_COMMITS


@pytest.fixture(autouse=True)
def _file(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    with file_database(tmp_path / "db.sqlite3"):
        yield


def test_two_never_claim_one_machine(world: World) -> None:
    """Six learners and two warm machines: each has a machine of their own in the end, two of them the warm ones."""
    make_lesson()
    tasks.keep_pool()
    world.queue.work_off()
    warm = set(Sandbox.objects.values_list("machine", flat=True))
    waiting = [make_sandbox(make_learner(f"learner-{number}")).id for number in range(6)]
    at_once(6, lambda number: advance(sandbox_id=waiting[number]))
    rows = Sandbox.objects.filter(id__in=waiting)
    machines = {row.machine for row in rows}
    assert {row.state for row in rows} == {State.READY}
    assert len(machines) == 6
    assert len(machines & warm) == 2
    assert {machine.name for machine in world.engine.machines()} == machines


def test_two_tabs_open_one_sandbox(world: World) -> None:
    """Who opens a lesson in two tabs at once has one machine."""
    learner = make_learner()

    def open_it(_number: int) -> Sandbox:
        return actions.open_sandbox(user=User.objects.get(id=learner.id), course="docker", image="lab-docker")

    assert len({sandbox.id for sandbox in at_once(4, open_it)}) == 1


def test_one_task_twice_does_the_work_once(world: World) -> None:
    """A task that was delivered twice starts the machine once."""
    sandbox = make_sandbox(make_learner())
    at_once(4, lambda _number: advance(sandbox_id=sandbox.id))
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.boot) == (State.READY, 1)


def test_a_request_made_while_a_worker_is_at_it_is_not_lost(world: World) -> None:
    """Suspend and resume race with two workers: whoever loses the lease leaves, and still all comes to rest."""
    sandbox = make_ready(make_learner())

    def work(number: int) -> None:
        own = Sandbox.objects.select_related("engine").get(id=sandbox.id)
        for _ in range(5):
            (services.request_suspend if number % 2 else services.request_resume)(sandbox=own)
            advance(sandbox_id=own.id)

    at_once(4, work)
    sandbox.refresh_from_db()
    assert sandbox.state in {State.READY, State.SUSPENDED}
    assert bool(world.engine.machines()) == (sandbox.state == State.READY)
