"""Snapshots of real machines: back and forth with files, images and containers, and a worker killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from slipway.sandboxes import selectors, snapshots, tasks
from slipway.sandboxes.models import Sandbox, Snapshot
from slipway.sandboxes.states import State
from tests.engine.lifecycle.conftest import Place
from tests.unit.sandboxes.file_database import file_database
from tests.unit.sandboxes.world import REAL_COMMITS, make_learner, make_ready

pytestmark = [pytest.mark.engine, REAL_COMMITS]

WORKER = """
import sys
sys.path.append(sys.argv[1])
import django
django.setup()
from slipway.sandboxes import copying
print("begins", flush=True)
copying.take(snapshot_id=int(sys.argv[2]))
"""
# A shell on a terminal of its own, with a program in its foreground: what a learner in the middle of something has.
BUSY_SHELL = """
import os, pty, time
pid, terminal = pty.fork()
if pid == 0:
    os.execv("/bin/bash", ["bash", "--norc", "-i"])
os.write(terminal, b"sleep 600\\n")
time.sleep(600)
"""


def keep(place: Place, sandbox: Sandbox, kind: Snapshot.Kind = Snapshot.Kind.NAMED) -> Snapshot:
    """Ask for a snapshot and let the workers do their part."""
    snapshot = snapshots.request(sandbox=sandbox, kind=kind)
    tasks.send_snapshot(snapshot)
    place.queue.work_off()
    snapshot.refresh_from_db()
    return snapshot


def go_back(place: Place, sandbox: Sandbox, target: Snapshot) -> Snapshot:
    """Go back, wait, and return what was left behind."""
    left = snapshots.go_back(sandbox=sandbox, target=target, exercise=None, removes=None)
    assert left is not None
    tasks.bring_on(sandbox)
    place.queue.work_off()
    sandbox.refresh_from_db()
    left.refresh_from_db()
    assert (sandbox.state, left.state) == (State.READY, Snapshot.State.READY)
    return left


def test_back_and_forth(place: Place) -> None:
    """Files, inner containers and images of each state are there again; nothing of the other is."""
    sandbox = make_ready(make_learner())
    place.sh(sandbox.machine, "echo one >/root/one; docker run -d --name web nginx")
    before = keep(place, sandbox)
    place.sh(sandbox.machine, "rm /root/one; echo two >/root/two; docker rm -f web; docker tag nginx mine")
    left = go_back(place, sandbox, before)
    assert place.sh(sandbox.machine, "cat /root/*; docker ps -aq | wc -l; docker images -q mine | wc -l").split() == [
        "one", "1", "0",
    ]  # fmt: skip
    go_back(place, sandbox, left)
    assert place.sh(sandbox.machine, "cat /root/*; docker ps -aq | wc -l; docker images -q mine | wc -l").split() == [
        "two", "0", "1",
    ]  # fmt: skip


def test_an_unchanged_machine_is_not_copied_and_a_busy_one_waited_for(place: Place) -> None:
    """What was written a moment ago counts as a change, although it is not on the disk yet."""
    sandbox = make_ready(make_learner())
    first, second = (keep(place, sandbox, Snapshot.Kind.START) for _ in range(2))
    assert (first.state, first.disk) == (Snapshot.State.READY, second.disk)
    place.sh(sandbox.machine, "echo new >/root/new")
    third = keep(place, sandbox, Snapshot.Kind.START)
    assert third.disk != first.disk
    place.sh(sandbox.machine, f"setsid -f /opt/slipway/python -IS -c '{BUSY_SHELL}' >/dev/null 2>&1; sleep 0.5")
    fourth = keep(place, sandbox)
    assert fourth.state == Snapshot.State.MAKING
    Snapshot.objects.filter(id=fourth.id).update(asked_at=timezone.now() - timedelta(minutes=2))
    tasks.take_snapshot(fourth.id)
    fourth.refresh_from_db()
    assert fourth.state == Snapshot.State.READY


def test_a_worker_killed_in_the_middle_leaves_no_half_snapshot(place: Place) -> None:
    """At several moments of a copy; the next worker makes it whole, and the machine goes on."""
    with file_database(place.home / "db.sqlite3"):
        sandbox = make_ready(make_learner())
        place.sh(sandbox.machine, "head -c 40M /dev/urandom >/root/big; sha256sum /root/big >/root/sum")
        for after_seconds in (0.25, 0.4, 0.6):
            place.sh(sandbox.machine, f"echo {after_seconds} >/root/mark")
            snapshot = snapshots.request(sandbox=sandbox, kind=Snapshot.Kind.NAMED)
            _kill_a_worker(place, snapshot, after_seconds)
            tasks.reconcile(0)
            place.queue.work_off()
            snapshot.refresh_from_db()
            assert snapshot.state == Snapshot.State.READY
        tasks.sweep_disks()
        assert place.disks() == {sandbox.disk, *(each.disk for each in selectors.snapshots_of(sandbox=sandbox))}
        go_back(place, sandbox, snapshot)
        assert "OK" in place.sh(sandbox.machine, "sha256sum -c /root/sum; cat /root/mark")


def _kill_a_worker(place: Place, snapshot: Snapshot, after_seconds: float) -> None:
    platform = Path(__file__).parents[3] / "platform"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "slipway.settings",
        "SLIPWAY_HOME": str(place.home),
        "SLIPWAY_ENGINE_SOCKET": str(place.container.socket),
        "SLIPWAY_DATABASE_URL": f"sqlite:///{place.home / 'db.sqlite3'}",
    }
    words = [sys.executable, "-c", WORKER, str(platform), str(snapshot.id)]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"begins\n"
        time.sleep(after_seconds)
        worker.send_signal(signal.SIGKILL)
