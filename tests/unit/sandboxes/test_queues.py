"""Sending tasks: after commit, and never to the harm of the person who waits for a page."""

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from slipway.sandboxes import actions, queues, tasks
from tests.unit.sandboxes.world import REAL_COMMITS, World, make_learner, make_ready

pytestmark = REAL_COMMITS


def test_a_task_is_sent_after_commit(world: World) -> None:
    """A worker never looks for a row that is not there yet."""
    with transaction.atomic():
        actions.open_sandbox(user=make_learner(), course="docker", image="lab-docker")
        assert not world.queue.sent
    assert world.queue.names() == ["sandboxes.start"]


def test_what_follows_goes_to_the_engine_that_has_the_machine(world: World) -> None:
    """Only the worker beside the engine can reach it."""
    actions.suspend(sandbox=make_ready(make_learner()))
    assert [queue for _, _, queue in world.queue.sent] == ["engine.local"]


def test_a_lost_broker_is_no_error_of_the_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a broker the page answers all the same; the row waits for reconcile."""
    tried = []

    def refuse(**options: object) -> None:
        tried.append(options)
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.start, "apply_async", refuse)
    queues.enqueue(tasks.start, "x", queue="starts")
    assert len(tried) == 1
