"""What a worker would do to the rows, for pages that are looked at without one. Run as a program: ACTION JSON."""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402  (models need the set-up)

from slipway import bus  # noqa: E402
from slipway.accounts.models import CourseRole, Role, User  # noqa: E402
from slipway.courses.models import Exercise  # noqa: E402
from slipway.courses.selectors import lesson_content  # noqa: E402
from slipway.grading import checkruns, judging, verdicts  # noqa: E402
from slipway.grading.models import Attempt, CheckRun, Command, Progress, Verdict  # noqa: E402
from slipway.sandboxes import names  # noqa: E402
from slipway.sandboxes.models import Engine, Keeping, Sandbox, Snapshot  # noqa: E402
from slipway.sandboxes.states import State  # noqa: E402


def person(name: str, password: str, *, is_grader: bool = False) -> None:
    """Make a person who can sign in."""
    user = User.objects.create_user(name, password=password)
    if is_grader:
        CourseRole.objects.create(user=user, course="fixture-course", role=Role.GRADER)


def machine(learner: str, state: str, failure: str = "", unused_minutes: float = 0) -> None:
    """Put the learner's machine into a state, set up for every open attempt."""
    sandbox = Sandbox.objects.get(owner__username=learner)
    sandbox.state, sandbox.failure, sandbox.state_at = State(state), failure, timezone.now()
    sandbox.used_at = timezone.now() - timedelta(minutes=unused_minutes)
    sandbox.machine, sandbox.generation = sandbox.machine or f"m-{sandbox.id.hex[:12]}", 1
    sandbox.save()
    if sandbox.state == State.SUSPENDED:
        dates = {"suspended_at": sandbox.state_at, "pack_at": sandbox.state_at, "remove_at": sandbox.state_at}
        Keeping.objects.update_or_create(sandbox=sandbox, defaults=dates)
    Attempt.objects.filter(learner__username=learner).update(set_up_on=sandbox.disk, setup_disk=sandbox.disk)
    about = {"sandbox": str(sandbox.id), "course": sandbox.course, "image": sandbox.image, "boot": 1}
    bus.publish(sandbox.owner_id, "sandbox", state=state, failure=failure, **about)


def engine(learner: str) -> None:
    """Have the learner's machine run on this host's engine."""
    row, _ = Engine.objects.get_or_create(name="local")
    Sandbox.objects.filter(owner__username=learner).update(engine=row)


def calm() -> None:
    """Let nobody wait for a machine, and no engine be known."""
    Sandbox.objects.filter(state=State.REQUESTED).update(state=State.GONE)
    Sandbox.objects.update(engine=None)
    Engine.objects.all().delete()


def snapshot(learner: str, kind: str, name: str = "", exercise: str = "") -> None:
    """Let there be a snapshot of the learner's machine."""
    sandbox = Sandbox.objects.get(owner__username=learner)
    row = Exercise.objects.filter(slug=exercise).first()
    values = {"kind": kind, "name": name, "exercise": row, "state": Snapshot.State.READY, "used_bytes": 31_000_000}
    Snapshot.objects.create(
        sandbox=sandbox,
        disk=names.new_snapshot(sandbox.machine),
        tag=sandbox.tag,
        generation=sandbox.generation,
        asked_by=sandbox.owner,
        **values,
    )
    bus.publish(sandbox.owner_id, "snapshot", sandbox=str(sandbox.id), course=sandbox.course, image=sandbox.image)


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


def judged(learner: str) -> None:
    """Judge what was answered on the waiting check, as a worker does that finds an untouched machine."""
    run = CheckRun.objects.select_related("attempt__learner", "exercise").get(
        attempt__learner__username=learner, state="waiting"
    )
    checkruns.take(run=run)
    row = Progress.objects.select_related("exercise").get(attempt=run.attempt, exercise=run.exercise)
    exercise = lesson_content(run.attempt.lesson).exercise(row.exercise.slug)
    found = judging.judge(exercise, judging.Observations(), (), row.answers, run.attempt.parameters)
    verdicts.finish(
        run=run, findings=[verdicts.Finding(row, found)], asked=checkruns.asked_of(run=run), focus=row.exercise_id
    )


def passed(learner: str, course: str) -> None:
    """Let every exercise of a course be passed that the learner has begun."""
    rows = Progress.objects.filter(attempt__learner__username=learner, exercise__lesson__course__slug=course)
    rows.update(status=Progress.Status.PASSED)


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
    actions: dict[str, Callable[..., None]] = {
        each.__name__: each for each in (person, machine, engine, calm, snapshot, line, verdict, judged, passed)
    }
    actions[sys.argv[1]](**json.loads(sys.argv[2]))
