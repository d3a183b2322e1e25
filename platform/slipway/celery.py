"""The task queue. Starts lie on one shared queue; what follows for a sandbox goes to its engine's own queue."""

import os

from celery import Celery
from celery.schedules import schedule
from celery.signals import worker_process_init
from django.conf import settings

from slipway import bus
from slipway.sandboxes.queues import STARTS, engine_queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings")


def _broker_url() -> str:
    # Kombu spells a unix socket another way than redis-py.
    return settings.REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


app = Celery("slipway")
app.conf.update(
    broker_url=_broker_url(),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        # In turn: neither those who work nor those who arrive can keep the others waiting for ever.
        "queue_order_strategy": "round_robin",
        # A task whose worker died comes back after this; reconcile brings it back sooner.
        "visibility_timeout": 300,
        "socket_keepalive": True,
    },
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_soft_time_limit=90,
    task_time_limit=120,
    task_default_queue=STARTS,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    beat_schedule_filename=str(settings.HOME / "run" / "beat-schedule"),
    beat_schedule={
        "reconcile": {
            "task": "sandboxes.reconcile",
            "schedule": schedule(5),
            "options": {"queue": engine_queue(settings.ENGINE_NAME), "expires": 5},
        },
        "sweep-disks": {
            "task": "sandboxes.sweep_disks",
            "schedule": schedule(60),
            "options": {"queue": engine_queue(settings.ENGINE_NAME), "expires": 60},
        },
        "keep-pool": {
            "task": "sandboxes.keep_pool",
            "schedule": schedule(5),
            "options": {"queue": engine_queue(settings.ENGINE_NAME), "expires": 5},
        },
        "suspend-idle": {
            "task": "sandboxes.suspend_idle",
            "schedule": schedule(30),
            "options": {"queue": engine_queue(settings.ENGINE_NAME), "expires": 30},
        },
        "keep": {
            "task": "sandboxes.keep",
            "schedule": schedule(300),
            "options": {"queue": engine_queue(settings.ENGINE_NAME), "expires": 300},
        },
        "requeue-checks": {
            "task": "grading.requeue",
            "schedule": schedule(5),
            "options": {"queue": engine_queue(settings.ENGINE_NAME), "expires": 5},
        },
    },
)
app.autodiscover_tasks(["slipway.sandboxes", "slipway.grading"])


def _keep_loop(**_signal: object) -> None:
    """Give each worker process its own connection for page events, after the fork."""
    bus.keep_loop()


worker_process_init.connect(_keep_loop)
