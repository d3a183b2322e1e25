"""What tests of pages stand on: a small course from files, an engine in memory, and a cast of people."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from slipway.accounts.models import CourseRole, Role, User
from slipway.courses import indexing
from slipway.courses.models import Exercise, Lesson
from slipway.grading import actions
from slipway.grading.models import Attempt, CheckRun, Progress, Verdict
from slipway.lessonfile import model
from slipway.lessonfile.load import read_course
from slipway.lessonfile.problems import Problem, Problems
from slipway.sandboxes import names
from slipway.sandboxes.models import Sandbox, Snapshot
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import World, make_world

LESSONS = Path(__file__).resolve().parents[1] / "lessons"
COURSE = "fixture-course"
PASSWORD = "harbour-blue-1924"


class Site:
    """One installation with the small course; people are made when a test first names them."""

    def __init__(self, world: World) -> None:
        self.world = world

    def person(self, name: str, **values: Any) -> User:
        """Return a person who can sign in."""
        return User.objects.filter(username=name).first() or User.objects.create_user(name, password=PASSWORD, **values)

    def learner(self, name: str = "asha") -> User:
        """Return a learner."""
        return self.person(name)

    def grader(self) -> User:
        """Return a grader of the small course."""
        grader = self.person("gita")
        CourseRole.objects.get_or_create(user=grader, course=COURSE, role=Role.GRADER)
        return grader

    def client(self, user: User | None = None) -> Client:
        """Return a browser in which this person is signed in."""
        client = Client()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def lesson(self, slug: str = "first-steps") -> Lesson:
        """Return a lesson of the small course."""
        return Lesson.objects.select_related("course").get(slug=slug)

    def exercise(self, slug: str = "make-a-file") -> Exercise:
        """Return an exercise of the small course."""
        return Exercise.objects.select_related("lesson__course").get(slug=slug)

    def begin(self, user: User, slug: str = "first-steps") -> Attempt:
        """Open a lesson as this person."""
        return actions.open_lesson(learner=user, lesson=self.lesson(slug))

    def ready(self, attempt: Attempt) -> Sandbox:
        """Let the attempt's machine be ready and set up."""
        sandbox = Sandbox.objects.get(owner=attempt.learner)
        sandbox.state, sandbox.machine, sandbox.generation = State.READY, "m-0123456789ab", 1
        sandbox.save()
        attempt.set_up_on = attempt.setup_disk = sandbox.disk
        attempt.save()
        return sandbox

    def snapshot(self, attempt: Attempt, exercise: str = "", **values: Any) -> Snapshot:
        """Let there be a snapshot of the attempt's machine: an exercise's start, unless the values say otherwise."""
        sandbox = Sandbox.objects.get(owner=attempt.learner)
        usual = {
            "kind": Snapshot.Kind.START,
            "state": Snapshot.State.READY,
            "exercise": self.exercise(exercise) if exercise else None,
            "disk": names.new_snapshot(sandbox.machine),
            "tag": sandbox.tag,
            "generation": sandbox.generation,
            "used_bytes": 31_000_000,
        }
        return Snapshot.objects.create(sandbox=sandbox, **usual | values)

    def verdict(self, attempt: Attempt, exercise: Exercise, *, passed: bool) -> Verdict:
        """Let a check of this exercise have ended."""
        run = CheckRun.objects.create(attempt=attempt, trigger=CheckRun.Trigger.BUTTON, state=CheckRun.State.DONE)
        values = {
            "status": Progress.Status.PASSED if passed else Progress.Status.FAILED,
            "checks_passed": int(passed),
            "checks_total": 1,
            "tries": int(not passed),
        }
        Progress.objects.update_or_create(attempt=attempt, exercise=exercise, defaults=values)
        result = {
            "id": "1",
            "title": {"en": "`/root/otter` exists"},
            "passed": passed,
            "expected": "exists = true",
            "observed": f"exists = {str(passed).lower()}",
            "message": {} if passed else {"en": "There is no such file yet."},
        }
        message = {} if passed else {"en": "Close. Which name?"}
        return Verdict.objects.create(
            run=run, attempt=attempt, exercise=exercise, passed=passed, results=[result], message=message
        )


def _read_course(folder: Path, problems: Problems) -> model.Course | None:
    """Read the small course once for all tests: its files stay as they are."""
    course, found = _read_once(folder)
    problems.found.extend(found)
    return course


@cache
def _read_once(folder: Path) -> tuple[model.Course | None, tuple[Problem, ...]]:
    problems = Problems()
    return read_course(folder, problems), tuple(problems.found)


def make_site(monkeypatch: pytest.MonkeyPatch, settings: Settings, home: Path) -> Site:
    """Put an installation in memory in the place of the real one."""
    settings.LESSONS = LESSONS
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world = make_world(monkeypatch, settings, home)
    monkeypatch.setattr(indexing, "read_course", _read_course)
    indexing.index_lessons()
    return Site(world)
