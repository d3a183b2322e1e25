"""The API: check, progress, health, and its refusals."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from slipway.grading.models import Attempt, CheckRun
from slipway.sandboxes.models import Engine
from tests.unit.site import COURSE, Site

LESSON = f"/api/v1/courses/{COURSE}/lessons/first-steps"


@pytest.fixture
def attempt(site: Site) -> Attempt:
    """Give a learner's attempt on a machine that is ready."""
    attempt = site.begin(site.learner())
    site.ready(attempt)
    return attempt


def post(client: Client, address: str, body: Any = None) -> tuple[int, Any]:
    """Post JSON and return status and answer."""
    data = json.dumps(body) if body is not None else ""
    response = client.post(address, data, content_type="application/json")
    return response.status_code, response.json()


def test_a_check_is_asked_for(site: Site, attempt: Attempt) -> None:
    """The answer names the run, and the run its trigger."""
    status, answer = post(site.client(site.learner()), f"{LESSON}/check", {"exercise": "make-a-file"})
    assert status == 202
    run = CheckRun.objects.get(id=answer["run"])
    assert run.trigger == CheckRun.Trigger.API
    assert answer["exercise"] == "make-a-file"


@pytest.mark.parametrize("body", [None, {}])
def test_without_an_exercise_all_are_checked(site: Site, attempt: Attempt, body: Any) -> None:
    """An empty body is a check of everything that is not passed."""
    status, answer = post(site.client(site.learner()), f"{LESSON}/check", body)
    assert status == 202
    assert answer["exercise"] is None


def test_progress_tells_each_exercise(site: Site, attempt: Attempt) -> None:
    """Points and status of every exercise are there."""
    site.verdict(attempt, site.exercise(), passed=True)
    answer = site.client(site.learner()).get(f"{LESSON}/progress").json()
    assert (answer["passed"], answer["total"], answer["points"], answer["points_total"]) == (1, 2, 2, 5)
    assert [each["status"] for each in answer["exercises"]] == ["passed", "todo"]


def test_refusals_are_sentences(site: Site, attempt: Attempt) -> None:
    """Each says what is wrong and what to do."""
    learner = site.client(site.learner())
    status, answer = post(site.client(), f"{LESSON}/check")
    assert status == 401
    assert "Nobody is signed in" in answer["detail"]
    status, answer = post(learner, f"{LESSON}/check", {"exercise": "no-such"})
    assert status == 404
    assert "make-a-file, ask-the-kernel" in answer["detail"]
    assert post(learner, f"/api/v1/courses/{COURSE}/lessons/nowhere/check")[0] == 404
    status, answer = post(site.client(site.learner("second")), f"{LESSON}/check")
    assert status == 409
    assert "open its page first" in answer["detail"]


def test_a_form_of_another_site_cannot_check(site: Site, attempt: Attempt) -> None:
    """Without the CSRF token nothing is done."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(site.learner(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"{LESSON}/check", content_type="application/json").status_code == 403
    assert not CheckRun.objects.exists()


def test_health_says_which_part_is_away(site: Site) -> None:
    """Without an engine that answered lately the answer is 503."""
    response = site.client().get("/api/v1/health")
    assert response.status_code == 503
    parts = {"database": True, "redis": True, "engine": False}
    assert response.json() == {"is_healthy": False, **parts, "late_mails": 0}
    Engine.objects.update_or_create(name="local", defaults={"seen_at": timezone.now()})
    assert site.client().get("/api/v1/health").status_code == 200
    Engine.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    assert site.client().get("/api/v1/health").json()["engine"] is False


def test_the_description_is_for_who_is_signed_in(site: Site) -> None:
    """A stranger does not get the schema, and there is no page of documentation from elsewhere."""
    assert site.client().get("/api/v1/openapi.json").status_code == 302
    assert "/check" in site.client(site.learner()).get("/api/v1/openapi.json").content.decode()
    assert site.client(site.learner()).get("/api/v1/docs").status_code == 404
