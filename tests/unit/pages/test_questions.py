"""Questions on the card: asked without telling what is right, answered in words, predictions compared."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from slipway.grading.models import Attempt, CheckRun, Progress
from tests.unit.site import Site

LESSON = "/courses/question-course/questions/"
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def attempt(site: Site) -> Attempt:
    """Give a learner in the lesson of questions, whose machine is ready."""
    attempt = site.begin(site.learner(), "questions")
    site.ready(attempt)
    return attempt


def answer(site: Site, attempt: Attempt, exercise: str, **form: str | list[str]) -> str:
    """Send a card's form as htmx does, and return the parts that changed."""
    named = {f"answer-{name.replace('__', '.')}": value for name, value in form.items()}
    response = site.client(attempt.learner).post(f"{LESSON}exercises/{exercise}/answer/", named, **HTMX)
    assert response.status_code == 200
    return response.content.decode()


def kept(attempt: Attempt, exercise: str) -> dict[str, str]:
    """Return what is kept of the answers to an exercise."""
    answers: dict[str, str] = Progress.objects.get(attempt=attempt, exercise__slug=exercise).answers
    return answers


def test_the_page_does_not_tell_what_is_right(site: Site, attempt: Attempt) -> None:
    """No id of an option, no reason and no mark of the right one is in its source."""
    page = site.client(attempt.learner).get(LESSON).content.decode()
    assert "Its own <strong>files</strong>" in page
    for secret in ("hostname -i", "is short for", 'firmware"', "right: true", 'value="kernel"', "It only lists"):
        assert secret not in page
    assert Client().get(LESSON).status_code == 200


def test_questions_cost_no_queries(site: Site, attempt: Attempt) -> None:
    """Nor do their seeds, which need the attempt's number alone: it is read once."""
    client = site.client(attempt.learner)
    client.get(LESSON)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LESSON).status_code == 200
    assert len(queries) <= 27
    assert not [query for query in queries if query["sql"].startswith('SELECT "grading_attempt"')][1:]


def test_answers_come_back_as_they_were_chosen(site: Site, attempt: Attempt) -> None:
    """What was chosen is kept in ids and stands on the card again, also in its order."""
    card = answer(site, attempt, "some-of-them", answer=["", "3", "1"])
    assert kept(attempt, "some-of-them") == {"answer": "kernel, files"}
    assert re.findall(r'value="(\d)" checked', card) == ["1", "3"]
    card = answer(site, attempt, "in-order", answer__1="3", answer__2="1", answer__3="2")
    order = kept(attempt, "in-order")["answer"]
    assert re.findall(r'name="answer-answer.(\d)"', card.partition("in-order-answers")[2]) == ["2", "3", "1"]
    assert sorted(order.split(", ")) == ["firmware", "kernel", "loader"]
    card = answer(site, attempt, "which-to-which", answer__1="2", answer__2="2", answer__3="1")
    assert re.findall(r'value="(\d)" selected', card) == ["2", "2", "1"]


def test_a_refused_answer_says_what_to_do(site: Site, attempt: Attempt) -> None:
    """Nothing is kept of it, and nothing is checked."""
    client = site.client(attempt.learner)
    response = client.post(f"{LESSON}exercises/one-of-them/answer/", {"answer-answer": ""}, **HTMX)
    assert "Choose one answer. Nothing was checked." in response["HX-Trigger"]
    assert kept(attempt, "one-of-them") == {}
    assert not CheckRun.objects.exists()


def test_the_verdict_shows_words_and_not_ids(site: Site, attempt: Attempt) -> None:
    """Expected stays hidden; observed is what was chosen, in the language of the page."""
    exercise = site.exercise("one-of-them")
    verdict = site.verdict(attempt, exercise, passed=False)
    verdict.results = [
        {**verdict.results[0], "id": "answer-answer", "expected": "the right answer", "observed": "files"}
    ]
    verdict.save()
    page = site.client(attempt.learner).get(LESSON).content.decode()
    assert '<dd class="seen" lang="en">Its own <strong>files</strong></dd>' in page
    story = site.client(attempt.learner).get(f"{LESSON}exercises/one-of-them/explain/", **HTMX).content.decode()
    assert (
        "<code>the right answer</code> was wanted, and <code>Its own <strong>files</strong></code> was there" in story
    )


def test_a_prediction_is_compared_when_it_was_tried(site: Site, attempt: Attempt) -> None:
    """Before, it is shown as kept, without a way to change it; after, beside what came out, with why."""
    card = answer(site, attempt, "think-first", lines="7", ending="2")
    assert "Your prediction is kept" in card
    assert 'id="think-first-submit"' not in card
    assert "Came out" not in card
    exercise = site.exercise("think-first")
    verdict = site.verdict(attempt, exercise, passed=True)
    verdict.results = [{**verdict.results[0], "id": "outcome-lines", "observed": "stdout = 1"}]
    verdict.save()
    CheckRun.objects.all().update(state=CheckRun.State.DONE)
    page = site.client(attempt.learner).get(LESSON).content.decode()
    card = page.partition('id="think-first"')[2].partition("</article>")[0]
    assert re.findall(r"<dt>Predicted</dt><dd>(.*?)</dd><dt>Came out</dt><dd>(.*?)</dd>", card) == [
        ("7", "1"),
        ("It stays", "It ends"),
    ]
    assert card.count("Not as you thought") == 2
    assert "It only lists." in card
