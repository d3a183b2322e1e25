"""Sending tasks: after commit, and never to the harm of the person who waits for a page."""

import pytest
from celery.signals import worker_ready
from django.db import transaction
from kombu.exceptions import OperationalError

from slipway.grading import tasks as grading_tasks
from slipway.sandboxes import actions, queues, tasks
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import REAL_COMMITS, World, local_engine, make_learner, make_ready, make_sandbox

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


def test_a_worker_that_starts_takes_up_what_was_left(world: World) -> None:
    """The first thing that it does is to look after everything that moves, however short a time ago."""
    sandbox = make_sandbox(make_learner(), state=State.PREPARING, machine="m-000000000000", engine=local_engine())
    assert grading_tasks.requeue.name == "grading.requeue"  # both modules are loaded, as in a worker
    worker_ready.send(sender=None)
    assert world.queue.names() == ["sandboxes.reconcile", "grading.requeue"]
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert sandbox.state == State.READY
