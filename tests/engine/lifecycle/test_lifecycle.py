"""The life of sandboxes on a real engine."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slipway.sandboxes import actions, tasks
from slipway.sandboxes.advance import advance
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.engine.lifecycle.conftest import Place
from tests.instance import wait_for
from tests.unit.sandboxes.file_database import file_database
from tests.unit.sandboxes.world import REAL_COMMITS, make_learner, make_lesson, make_ready, make_sandbox

pytestmark = [pytest.mark.engine, REAL_COMMITS]

WORKER = """
import sys
sys.path.append(sys.argv[1])
import django
django.setup()
from uuid import UUID
from slipway.sandboxes.advance import advance
print("begins", flush=True)
advance(sandbox_id=UUID(sys.argv[2]))
"""


def test_a_machine_keeps_its_files_until_it_is_reset(place: Place) -> None:
    """Asleep and awake again the files are there; after a reset they are not; removed, nothing is left."""
    sandbox = make_ready(make_learner())
    place.sh(sandbox.machine, "echo mine >/root/mine")
    for action in (actions.suspend, actions.resume):
        action(sandbox=sandbox)
        place.queue.work_off()
    assert place.sh(sandbox.machine, "cat /root/mine; docker ps -q") == "mine"
    actions.reset(sandbox=sandbox)
    place.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, place.disks()) == (State.READY, {sandbox.disk})
    assert place.sh(sandbox.machine, "ls /root") == ""
    actions.remove(sandbox=sandbox)
    place.queue.work_off()
    assert (place.machines(), place.disks()) == (set(), set())


def test_a_learner_gets_a_warm_machine_at_once(place: Place) -> None:
    """A claim makes no machine: it takes the pool's, which answers."""
    make_lesson()
    tasks.keep_pool()
    warm = Sandbox.objects.get(owner=None)
    sandbox = advance(sandbox_id=make_sandbox(make_learner()).id)
    assert sandbox is not None
    assert (sandbox.state, sandbox.machine) == (State.READY, warm.machine)
    assert place.sh(sandbox.machine, "docker version -f '{{.Server.Version}}'")


def test_a_killed_machine_comes_back_with_its_files_and_images(place: Place) -> None:
    """A kill -9 of the first process is reported by a terminal and mended: files and inner images are there."""
    sandbox = make_ready(make_learner())
    place.sh(sandbox.machine, "echo mine >/root/mine; docker tag $(docker images -q | head -1) mine; sync")
    place.kill(sandbox.machine)
    wait_for("the machine is dead", lambda: sandbox.machine not in place.machines())
    actions.report_unreachable(sandbox_id=sandbox.id)
    place.queue.work_off()
    sandbox.refresh_from_db()
    assert (sandbox.state, sandbox.boot) == (State.READY, 2)
    assert place.sh(sandbox.machine, "cat /root/mine; docker images -q mine | wc -l").split() == ["mine", "1"]


def test_a_machine_whose_docker_is_broken_comes_back_all_the_same(place: Place) -> None:
    """Who breaks the inner Docker for good finds the machine, and can mend or reset it."""
    sandbox = make_ready(make_learner())
    place.sh(sandbox.machine, "mkdir -p /etc/docker; echo '{' >/etc/docker/daemon.json")
    actions.suspend(sandbox=sandbox)
    actions.resume(sandbox=sandbox)
    place.queue.work_off()
    sandbox.refresh_from_db()
    assert sandbox.state == State.READY
    assert place.sh(sandbox.machine, "cat /etc/docker/daemon.json") == "{"


@pytest.mark.parametrize("after_seconds", [0.05, 0.2, 0.4, 0.8])
@pytest.mark.parametrize("state", [State.REQUESTED, State.RESETTING])
def test_a_worker_killed_in_the_middle_leaves_nothing(place: Place, state: State, after_seconds: float) -> None:
    """A real worker process is killed while it starts or resets a machine; the next one brings it to rest."""
    with file_database(place.home / "db.sqlite3"):
        sandbox = make_sandbox(make_learner())
        if state == State.RESETTING:
            advance(sandbox_id=sandbox.id)
            sandbox.refresh_from_db()
            actions.reset(sandbox=sandbox)
        _kill_a_worker(place, sandbox, after_seconds)
        place.queue.sent.clear()
        tasks.reconcile(0)
        place.queue.work_off()
        tasks.sweep_disks()
        sandbox.refresh_from_db()
        assert sandbox.state == State.READY
        assert (place.machines(), place.disks()) == ({sandbox.machine}, {sandbox.disk})
        assert place.sh(sandbox.machine, "docker version -f '{{.Server.Version}}'")


def _kill_a_worker(place: Place, sandbox: Sandbox, after_seconds: float) -> None:
    platform = Path(__file__).parents[3] / "platform"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "slipway.settings",
        "SLIPWAY_HOME": str(place.home),
        "SLIPWAY_ENGINE_SOCKET": str(place.container.socket),
        "SLIPWAY_DATABASE_URL": f"sqlite:///{place.home / 'db.sqlite3'}",
    }
    words = [sys.executable, "-c", WORKER, str(platform), str(sandbox.id)]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"begins\n"
        time.sleep(after_seconds)
        worker.send_signal(signal.SIGKILL)
