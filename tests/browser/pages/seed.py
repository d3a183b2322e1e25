"""What a worker would do to the rows, for pages that are looked at without one. Run as a program: ACTION JSON."""

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402  (models need the set-up)

from slipway import bus  # noqa: E402
from slipway.accounts.models import CourseRole, Role, User  # noqa: E402
from slipway.courses.models import Exercise  # noqa: E402
from slipway.grading.models import Attempt, CheckRun, Command, Progress, Verdict  # noqa: E402
from slipway.sandboxes.models import Sandbox  # noqa: E402
from slipway.sandboxes.states import State  # noqa: E402


def person(name: str, password: str, *, is_grader: bool = False) -> None:
    """Make a person who can sign in."""
    user = User.objects.create_user(name, password=password)
    if is_grader:
        CourseRole.objects.create(user=user, course="fixture-course", role=Role.GRADER)


def machine(learner: str, state: str, failure: str = "") -> None:
    """Put the learner's machine into a state, set up for every open attempt."""
    sandbox = Sandbox.objects.get(owner__username=learner)
    sandbox.state, sandbox.failure, sandbox.state_at = State(state), failure, timezone.now()
    sandbox.machine, sandbox.generation = sandbox.machine or f"m-{sandbox.id.hex[:12]}", 1
    sandbox.save()
    Attempt.objects.filter(learner__username=learner).update(set_up_on=sandbox.disk, setup_disk=sandbox.disk)
    about = {"sandbox": str(sandbox.id), "course": sandbox.course, "image": sandbox.image, "boot": 1}
    bus.publish(sandbox.owner_id, "sandbox", state=state, failure=failure, **about)


def line(learner: str, place: int, seconds: float | None) -> None:
    """Tell all who wait where this learner stands."""
    sandbox = Sandbox.objects.get(owner__username=learner)
    bus.publish_to(bus.QUEUE, "queue", outlooks={str(sandbox.id): [place, seconds]})


def verdict(learner: str, exercise: str, *, passed: bool) -> None:
    """Let a command have ended and a check have found something."""
    attempt = Attempt.objects.get(learner__username=learner, ended_at=None, lesson__exercises__slug=exercise)
    row = Exercise.objects.get(slug=exercise)
    run = CheckRun.objects.create(attempt=attempt, trigger="command", state="done", command=_command(attempt))
    Progress.objects.update_or_create(attempt=attempt, exercise=row, defaults=_progress(passed=passed))
    observed = "exists = true" if passed else "exists = false"
    found = {"id": "1", "title": {"en": "`/root/otter` exists"}, "passed": passed, "message": {}}
    results = [{**found, "expected": "exists = true", "observed": observed}]
    message = {} if passed else {"en": "**Close.** Which name has the file?"}
    Verdict.objects.create(run=run, attempt=attempt, exercise=row, passed=passed, results=results, message=message)
    about = {"attempt": str(attempt.id), "run": str(run.id), "exercises": [exercise]}
    bus.publish(attempt.learner_id, "verdict", passed=[exercise] if passed else [], **about)


def _command(attempt: Attempt) -> Command:
    sandbox = Sandbox.objects.get(owner=attempt.learner)
    now, offset = timezone.now(), Command.objects.count() + 1
    return Command.objects.create(
        sandbox=sandbox, attempt=attempt, terminal="1", boot="1", offset=offset, text="touch /root/otter",
        exit_status=0, started_at=now, ended_at=now,
    )  # fmt: skip


def _progress(*, passed: bool) -> dict[str, Any]:
    status = Progress.Status.PASSED if passed else Progress.Status.FAILED
    return {"status": status, "checks_passed": int(passed), "checks_total": 1, "tries": int(not passed)}


if __name__ == "__main__":
    actions: dict[str, Callable[..., None]] = {"person": person, "machine": machine, "line": line, "verdict": verdict}
    actions[sys.argv[1]](**json.loads(sys.argv[2]))
