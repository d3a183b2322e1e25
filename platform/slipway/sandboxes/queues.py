"""The task queues: their names, and how a task is declared and sent."""

from collections.abc import Callable
from typing import Any

import structlog
from celery import Task, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

STARTS = "starts"
# What reconcile sends again expires before it looks the next time: a queue that is merely long is not made longer.
SENT_AGAIN_EXPIRES_SECONDS = 5
# A broker that was restarted is found at the second try; a person waits for no more than that.
_RETRY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.1}


def engine_queue(name: str) -> str:
    """Return the queue that only the worker beside this engine takes from."""
    return f"engine.{name}"


def task(name: str, **options: Any) -> Callable[[Callable[..., None]], Task]:
    """Declare a task of this name: Celery's decorator, typed."""
    declare: Callable[[Callable[..., None]], Task] = shared_task(name=name, **options)
    return declare


def enqueue(task: Task, *args: str | float, queue: str, expires: float | None = None) -> None:
    """Send a task once the transaction is committed. A lost broker is no error: reconcile sends the task again."""
    transaction.on_commit(lambda: _send(task, args, queue, expires))


def _send(task: Task, args: tuple[str | float, ...], queue: str, expires: float | None) -> None:
    try:
        task.apply_async(args=args, queue=queue, expires=expires, retry=True, retry_policy=_RETRY)
    except OperationalError as error:
        log.warning("task not sent; reconcile will", task=task.name, args=args, error=str(error))
