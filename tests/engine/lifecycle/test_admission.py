"""Admission on a real engine: its host is measured, and a full one starts nobody."""

import pytest
from pytest_django import Settings

from slipway.engine.port import MEBIBYTE
from slipway.sandboxes import actions, measuring, tasks
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.engine.lifecycle.conftest import Place
from tests.unit.sandboxes.world import REAL_COMMITS, local_engine, make_learner, make_ready

pytestmark = [pytest.mark.engine, REAL_COMMITS]


def test_a_full_host_starts_nobody_until_there_is_room(place: Place, settings: Settings) -> None:
    """Who works goes on and uses more; who comes waits, without a container, and starts once there is room again."""
    running = make_ready(make_learner())
    before = place.engine.capacity()
    place.sh(running.machine, "head -c 50M /dev/zero >/dev/shm/much && head -c 50M /dev/urandom >/root/much && sync")
    after = place.engine.capacity()
    grown = after.used[running.machine] - before.used[running.machine]
    assert 45 * MEBIBYTE < grown.memory_bytes < 90 * MEBIBYTE
    assert 45 * MEBIBYTE < grown.disk_bytes < 90 * MEBIBYTE
    settings.MEMORY_RESERVE_MEBIBYTES = after.free.memory_bytes // MEBIBYTE
    waiting = actions.open_sandbox(user=make_learner("ravi"), course="docker", image="lab-docker")
    place.queue.work_off()
    waiting.refresh_from_db()
    assert (waiting.is_waiting, place.machines()) == (True, {running.machine})
    settings.MEMORY_RESERVE_MEBIBYTES = 0
    measuring.measure(row=local_engine())
    tasks.let_in()
    place.queue.work_off()
    assert set(Sandbox.objects.values_list("state", flat=True)) == {State.READY}
