"""Many learners who reach for a few warm machines at once: each machine is given once, and giving it takes no time."""

import multiprocessing
import secrets
import time
from unittest.mock import patch

from django.db import connection, connections

from slipway import bus
from slipway.accounts.models import User
from slipway.command.up.programs import MOST_WORKERS
from slipway.courses.models import Lesson
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
    """Claim for each learner, by as many processes as a worker has; the floor is one bare UPDATE, committed."""
    stage.with_pool(MACHINES)
    stage.wait_pool(MACHINES)
    users = [User.objects.create_user(f"bench-{secrets.token_hex(4)}") for _ in range(LEARNERS)]
    lesson = stage.lesson
    connections.close_all()  # as a worker does before it forks
    with multiprocessing.get_context("fork").Pool(MOST_WORKERS, bus.keep_loop) as processes:
        claims = processes.starmap(_claim, [(lesson, user) for user in users], chunksize=1)
    machines = [machine for machine, _ in claims if machine]
    values = [took for _, taken in claims for took in taken]
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


def _claim(lesson: Lesson, user: User) -> tuple[str, list[float]]:
    """Return the machine that the learner was given, or nothing; what gets none is taken back at once.

    With it the milliseconds of each step in the database, without the look whether the machine lives.
    """
    taken, take = [], pool.take

    def timed(warm: Sandbox, sandbox: Sandbox, policy: Policy) -> bool:
        begin = time.perf_counter()
        is_taken = take(warm, sandbox, policy)
        taken.append((time.perf_counter() - begin) * 1000)
        return is_taken

    sandbox = Sandbox.objects.create(owner=user, course=lesson.course.slug, image=lesson.image)
    with patch.object(pool, "take", timed):
        is_claimed = pool.claim(sandbox=sandbox, row=engines.local())
    if is_claimed:
        sandbox.refresh_from_db()
        return sandbox.machine, taken
    Sandbox.objects.filter(id=sandbox.id, state=State.REQUESTED).delete()
    return "", taken


def _bare_update(user: User) -> float:
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET first_name = %s WHERE id = %s", [secrets.token_hex(4), user.pk])
    return (time.perf_counter() - begin) * 1000
