"""The list of snapshots on the lesson's page, and the way back from there and from a card."""

from typing import Any

import pytest
from django.test import Client

from slipway.grading.models import Attempt
from slipway.pages import machine
from slipway.sandboxes.models import Sandbox, Snapshot
from slipway.sandboxes.selectors import machine_state
from slipway.sandboxes.states import State
from tests.unit.site import COURSE, Site

LESSON = f"/courses/{COURSE}/first-steps/"
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
Kind = Snapshot.Kind


@pytest.fixture
def attempt(site: Site) -> Attempt:
    """Give the attempt of a learner whose machine is ready."""
    attempt = site.begin(site.learner())
    site.ready(attempt)
    return attempt


@pytest.fixture
def browser(site: Site, attempt: Attempt) -> Client:
    """Give that learner's browser."""
    return site.client(attempt.learner)


def go_back(browser: Client, **form: object) -> Any:
    """Press a button of the list as htmx does."""
    return browser.post(f"{LESSON}machine/go-back/", form, **HTMX)


def test_each_kind_is_named(site: Site, browser: Client, attempt: Attempt) -> None:
    """A start by its exercise, also another lesson's; a named one by its name; what was left behind by its place."""
    site.snapshot(attempt, "make-a-file")
    site.snapshot(attempt, "remove-the-file", kind=Kind.LEFT)
    site.snapshot(attempt, kind=Kind.NAMED, name="before <b>", asked_by=site.grader())
    site.snapshot(attempt, kind=Kind.NAMED, name="soon", state=Snapshot.State.MAKING)
    site.snapshot(attempt, kind=Kind.NAMED, name="long gone", state=Snapshot.State.GONE)
    page = browser.get(LESSON).content.decode()
    for words in (
        "Start of exercise 1",
        "Left behind in lesson 2, exercise 1",
        "before &lt;b&gt;",
        "kept by gita",
        "31 MB",
    ):
        assert words in page
    assert "Being made" in page
    assert "long gone" not in page


def test_a_machine_without_snapshots_says_when_there_will_be_one(browser: Client) -> None:
    """The list is never just empty."""
    assert "One is taken when you come to an exercise" in browser.get(LESSON).content.decode()


def test_a_card_leads_back_to_its_start(site: Site, browser: Client, attempt: Attempt) -> None:
    """Its button asks first; a card without a start has none, nor has one whose start was another attempt's."""
    assert "Reset this exercise" not in browser.get(LESSON).content.decode()
    start = site.snapshot(attempt, "make-a-file")
    page = browser.get(LESSON).content.decode()
    assert "Go back to the start of exercise 1?" in page
    assert page.count("Reset this exercise") == 1
    Snapshot.objects.filter(id=start.id).update(asked_at=attempt.started_at.replace(year=2020))
    assert "Reset this exercise" not in browser.get(LESSON).content.decode()


def test_going_back_is_shown(site: Site, browser: Client, attempt: Attempt) -> None:
    """The machine's pane says what happens and what is kept."""
    start = site.snapshot(attempt, "make-a-file")
    page = go_back(browser, snapshot=start.id).content.decode()
    assert "Your machine is going back" in page
    assert "Left behind in exercise 1" in page
    sandbox = Sandbox.objects.get(owner=attempt.learner)
    assert (sandbox.state, sandbox.start_from) == (State.RESETTING, start.disk)
    assert machine.summary(machine_state(sandbox=sandbox)).news == "Your machine is going back."


def test_what_goes_for_it_is_said_before(site: Site, browser: Client, attempt: Attempt) -> None:
    """The oldest of four that were left behind; who was not told gets a sentence, and nothing is done."""
    start = site.snapshot(attempt, "make-a-file")
    oldest, *_ = [site.snapshot(attempt, "ask-the-kernel", kind=Kind.LEFT) for _ in range(Snapshot.LEFT_KEPT)]
    page = browser.get(LESSON).content.decode()
    assert "The snapshot “Left behind in exercise 2” is removed for it." in page
    assert f'name="removes" value="{oldest.id}"' in page
    assert "changed meanwhile" in go_back(browser, snapshot=start.id)["HX-Trigger"]
    assert "changed meanwhile" not in go_back(browser, snapshot=start.id, removes=oldest.id)["HX-Trigger"]
    oldest.refresh_from_db()
    assert oldest.state == Snapshot.State.GONE


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "9" * 19])
def test_a_form_that_is_not_ours_is_not_found(browser: Client, number: str) -> None:
    """Anything but a number of ours is nothing here."""
    assert go_back(browser, snapshot=number).status_code == 404


def test_somebody_elses_snapshot_is_none(site: Site, browser: Client) -> None:
    """Another learner's number is answered like one that is gone."""
    other = site.begin(site.learner("ravi"))
    theirs = site.snapshot(other, "make-a-file", disk="m-ffffffffffff.s00000000")
    assert "not there any more" in go_back(browser, snapshot=theirs.id)["HX-Trigger"]


def test_without_a_script_the_button_is_a_form(site: Site, browser: Client, attempt: Attempt) -> None:
    """It leads back to the page."""
    start = site.snapshot(attempt, "make-a-file")
    response = browser.post(f"{LESSON}machine/go-back/", {"snapshot": start.id})
    assert (response.status_code, response["Location"]) == (302, LESSON)
