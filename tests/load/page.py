"""The workspace page of a learner with a long course behind them, beside its queries alone."""

import time
from typing import Any

import requests
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from slipway.accounts.models import User
from slipway.courses.models import Exercise, Lesson
from slipway.grading.models import Attempt, Progress
from tests.load.measure import Outcome, percentile
from tests.load.stage import Stage

LESSONS = 20
ROUNDS = 100
GOAL_MILLISECONDS = 80
HTTP_OK = 200


def page(stage: Stage) -> Outcome:
    """Fetch the page over HTTP, and run the queries that it makes again by themselves, in turn."""
    learner = stage.learner()
    address = f"/courses/{learner.lesson.course.slug}/{learner.lesson.slug}/"
    short = len(_queries(learner.user, address))
    _give_progress(learner.user, learner.lesson)
    queries = _queries(learner.user, address)
    values, floors = [], []
    with requests.Session() as session:
        session.cookies.set("sessionid", learner.cookie)
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            answer = session.get(learner.address + address)
            values.append((time.perf_counter() - begin) * 1000)
            if answer.status_code != HTTP_OK:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            floors.append(_run_again(queries))
    is_constant = len(queries) == short
    return Outcome(
        measure="page",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"p95 at most {GOAL_MILLISECONDS} ms, as many queries as with one lesson",
        met=percentile(values, 0.95) <= GOAL_MILLISECONDS and is_constant,
        notes={"queries": len(queries), "queries_with_one_lesson": short, "lessons_with_progress": LESSONS},
    )


def _queries(user: User, address: str) -> list[dict[str, Any]]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(address)
    return [query for query in captured.captured_queries if query["sql"].startswith("SELECT")]


def _run_again(queries: list[dict[str, Any]]) -> float:
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query["sql"])
            cursor.fetchall()
    return (time.perf_counter() - begin) * 1000


def _give_progress(user: User, lesson: Lesson) -> None:
    """Make the course as long as it will be, with every exercise passed."""
    last = Lesson.objects.filter(course=lesson.course).count()
    for number in range(100, 100 + LESSONS - last):
        Lesson.objects.create(
            course=lesson.course, slug=f"bench-{number}", number=number, folder=lesson.folder, version=lesson.version,
            title={"en": f"Lesson {number}"}, minutes=20, image=lesson.image, languages=["en"],
        )  # fmt: skip
    for row in Lesson.objects.filter(course=lesson.course).exclude(id=lesson.id):
        attempt, _ = Attempt.objects.get_or_create(learner=user, lesson=row, ended_at=None)
        for place in range(1, 6):
            exercise, _ = Exercise.objects.get_or_create(
                lesson=row, slug=f"exercise-{place}", defaults={"number": place, "title": {"en": "One"}, "points": 4}
            )
            Progress.objects.get_or_create(
                attempt=attempt, exercise=exercise, defaults={"status": Progress.Status.PASSED}
            )
