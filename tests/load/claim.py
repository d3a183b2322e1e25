"""Many learners who reach for a few warm machines at once: each machine is given once, and giving it takes no time."""

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection, connections

from slipway.accounts.models import User
from slipway.command.up.programs import MOST_WORKERS
from slipway.sandboxes import engines, pool
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.policy import Policy
from slipway.sandboxes.states import State
from tests.load.measure import Outcome, percentile
from tests.load.stage import Stage

LEARNERS = 200
MACHINES = 20
GOAL_MILLISECONDS = 20


def claim(stage: Stage) -> Outcome:
    """Claim for each learner, as many at once as a worker has processes; the floor is one bare UPDATE, committed."""
    stage.with_pool(MACHINES)
    stage.wait_pool(MACHINES)
    users = [User.objects.create_user(f"bench-{secrets.token_hex(4)}") for _ in range(LEARNERS)]
    with _timed_takes() as values, ThreadPoolExecutor(MOST_WORKERS) as threads:
        machines = [name for name in threads.map(lambda user: _claim(stage, user), users) if name]
    floors = [_bare_update(users[0]) for _ in range(LEARNERS)]
    for user in users:
        stage.give_back(user)
    stage.with_pool()
    doubled = len(machines) - len(set(machines))
    return Outcome(
        measure="claim",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"p95 at most {GOAL_MILLISECONDS} ms, every machine given and none twice",
        met=percentile(values, 0.95) <= GOAL_MILLISECONDS and not doubled and len(machines) == MACHINES,
        notes={"learners": LEARNERS, "machines": MACHINES, "given": len(machines), "doubled": doubled},
    )


@contextmanager
def _timed_takes() -> Iterator[list[float]]:
    """Yield the milliseconds of each claim's one step in the database, without the look whether the machine lives."""
    taken, take = [], pool.take

    def timed(warm: Sandbox, sandbox: Sandbox, policy: Policy) -> bool:
        begin = time.perf_counter()
        is_taken = take(warm, sandbox, policy)
        taken.append((time.perf_counter() - begin) * 1000)
        return is_taken

    with patch.object(pool, "take", timed):
        yield taken


def _claim(stage: Stage, user: User) -> str:
    """Return the machine that the learner was given, or nothing. What gets none is taken back at once."""
    lesson = stage.lesson
    try:
        sandbox = Sandbox.objects.create(owner=user, course=lesson.course.slug, image=lesson.image)
        if pool.claim(sandbox=sandbox, row=engines.local()):
            sandbox.refresh_from_db()
            return sandbox.machine
        Sandbox.objects.filter(id=sandbox.id, state=State.REQUESTED).delete()
        return ""
    finally:
        connections.close_all()


def _bare_update(user: User) -> float:
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET first_name = %s WHERE id = %s", [secrets.token_hex(4), user.pk])
    return (time.perf_counter() - begin) * 1000
