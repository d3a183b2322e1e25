"""What tests of the lifecycle stand on: an engine in memory, a queue that is worked off by hand, a cast of people."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from celery import Task
from pytest_django import Settings

from slipway import bus
from slipway.accounts.models import User
from slipway.courses.models import Course, Exercise, Lesson
from slipway.engine.fake import FakeEngine, ok
from slipway.sandboxes import engines, queues
from slipway.sandboxes.advance import advance
from slipway.sandboxes.models import Engine, Sandbox

# Real transactions, so that what follows a commit is tried.
REAL_COMMITS = pytest.mark.django_db(transaction=True)
TAGS = {"lab-docker": "slipway/lab-docker:000000000001", "lab-metal": "slipway/lab-metal:000000000001"}


@dataclass
class Queue:
    """The broker: what was sent, in order, and a worker that takes it when the test says so."""

    sent: list[tuple[Task, tuple[str | float, ...], str]] = field(default_factory=list)

    def take(self, task: Task, args: tuple[str | float, ...], queue: str, expires: float | None) -> None:
        """Stand in for sending."""
        self.sent.append((task, args, queue))

    def names(self) -> list[str]:
        """Return the names of the tasks that were sent and not done."""
        return [task.name for task, _, _ in self.sent]

    def work_off(self, *, at_most: int = 100) -> None:
        """Do everything that was sent, and what that sends."""
        for _ in range(at_most):
            if not self.sent:
                return
            task, args, _ = self.sent.pop(0)
            task(*args)
        raise AssertionError(f"tasks send tasks without an end: {self.names()}")


@dataclass
class World:
    """One installation in memory."""

    engine: FakeEngine
    queue: Queue
    events: list[dict[str, Any]]
    home: Path

    def write_tags(self, tags: dict[str, str]) -> None:
        """Stand in for `./slipway up` after it built images."""
        path = self.home / "images.json"
        path.write_text(json.dumps(tags), encoding="utf-8")

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of a kind that were published."""
        return [event for event in self.events if event["kind"] == kind]


def make_world(monkeypatch: pytest.MonkeyPatch, changed: Settings, home: Path) -> World:
    """Put an installation in memory in the place of the real one."""
    world = World(FakeEngine(), Queue(), [], home)
    changed.HOME = home
    changed.POOL_SIZE = 2
    world.engine.programs["/opt/slipway/busybox"] = lambda machine, argv: ok()
    monkeypatch.setattr(engines, "connect", lambda socket: world.engine)
    monkeypatch.setattr(queues, "_send", world.queue.take)
    monkeypatch.setattr(bus, "_send", lambda group, message: world.events.append({"group": group, **message}))
    world.write_tags(TAGS)
    return world


def make_learner(name: str = "asha", *, email: str = "") -> User:
    """Return a learner."""
    return User.objects.create(username=name, email=email)


def make_lesson(*, slug: str = "first-commands", image: str = "lab-docker", exercises: int = 3) -> Lesson:
    """Return a listed lesson with exercises ex-1, ex-2 and so on."""
    course, _ = Course.objects.get_or_create(slug="docker", defaults={"title": {"en": "Docker"}})
    lesson = Lesson.objects.create(
        course=course,
        slug=slug,
        number=Lesson.objects.count() + 1,
        folder=slug,
        version="0" * 64,
        title={"en": slug},
        minutes=10,
        image=image,
    )
    for number in range(1, exercises + 1):
        Exercise.objects.create(
            lesson=lesson, slug=f"ex-{number}", number=number, title={"en": f"Exercise {number}"}, points=2
        )
    return lesson


def make_sandbox(owner: User | None = None, **values: Any) -> Sandbox:
    """Return a sandbox of this owner that was asked for, or with these values."""
    course = "docker" if owner else ""
    return Sandbox.objects.create(**{"owner": owner, "course": course, "image": "lab-docker"} | values)


def make_ready(owner: User, **values: Any) -> Sandbox:
    """Return a sandbox of this owner with a machine that runs."""
    sandbox = advance(sandbox_id=make_sandbox(owner, **values).id)
    assert sandbox is not None
    return sandbox


def local_engine() -> Engine:
    """Return the row of the engine beside the worker."""
    return engines.local()
