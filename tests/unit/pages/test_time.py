"""The machine's time on the page: how long it stays awake, more of it in one click, and until when it is kept."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from slipway.sandboxes.models import Keeping, Sandbox
from slipway.sandboxes.states import State
from tests.unit.site import COURSE, Site

LESSON = f"/courses/{COURSE}/first-steps/"
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
WARNING = re.compile(r'<div class="banner" id="machine-time"( hidden)?')


@pytest.fixture
def browser(site: Site) -> Client:
    """Give the browser of a learner whose machine is ready."""
    learner = site.learner()
    site.ready(site.begin(learner))
    return site.client(learner)


def _parts(browser: Client) -> str:
    """Return the machine's parts as they are now, without using it."""
    return str(browser.post(f"{LESSON}set-up/", **HTMX).content.decode())


def _let_pass(minutes: float, *, awake: float = 0) -> None:
    now = timezone.now()
    state_at = now - timedelta(minutes=awake or minutes)
    Sandbox.objects.update(used_at=now - timedelta(minutes=minutes), state_at=state_at)


def _sleep(state: State, until: datetime) -> None:
    sandbox = Sandbox.objects.get()
    Sandbox.objects.update(state=state)
    Keeping.objects.create(sandbox=sandbox, suspended_at=timezone.now(), pack_at=until, remove_at=until)


def test_the_page_has_the_end_and_its_own_time(browser: Client) -> None:
    """From both a page counts down, whatever its computer's clock says; without scripts the minutes are there, too."""
    _let_pass(18)
    page = _parts(browser)
    found = re.search(r'data-ends="(\d+)" data-now="(\d+)"', page)
    assert found
    assert round((int(found[1]) - int(found[2])) / 60_000) == 42
    assert "<span data-left>42 min</span>" in page


@pytest.mark.parametrize(("minutes", "is_warned"), [(54.9, False), (55.1, True)])
def test_a_warning_comes_five_minutes_before(browser: Client, minutes: float, is_warned: bool) -> None:  # noqa: FBT001
    """It says that nothing is lost, and has the button."""
    _let_pass(minutes)
    found = WARNING.search(_parts(browser))
    assert found
    assert (found[1] is None) is is_warned


def test_one_click_extends(browser: Client) -> None:
    """The answer carries the new time, and has it told."""
    _let_pass(57)
    response = browser.post(f"{LESSON}machine/extend/", **HTMX)
    assert "<span data-left>60 min</span>" in response.content.decode()
    assert response["HX-Trigger-After-Settle"] == "slipway:extended"


def test_at_the_cap_nothing_is_offered_and_the_reason_is_said(browser: Client) -> None:
    """Who presses an older button is told what to do then."""
    _let_pass(1, awake=477)
    page = _parts(browser)
    assert "the longest that this lesson allows" in page
    assert "machine/extend/" not in page
    trigger = browser.post(f"{LESSON}machine/extend/", **HTMX)["HX-Trigger"]
    assert "resume it then" in trigger


def test_a_learner_suspends_the_machine(browser: Client) -> None:
    """Its button stands in the menu with what becomes of the machine."""
    assert "kept for 104 days" in _parts(browser)
    assert "Your machine is being suspended" in browser.post(f"{LESSON}machine/suspend/", **HTMX).content.decode()
    assert "Suspend the machine" not in _parts(browser)


@pytest.mark.parametrize("state", [State.SUSPENDED, State.ARCHIVING, State.ARCHIVED])
@pytest.mark.parametrize(("email", "words"), [("", "note the day"), ("asha@example.org", "you get a mail")])
def test_a_suspended_machine_says_until_when_it_is_kept(
    site: Site, browser: Client, state: State, email: str, words: str
) -> None:
    """From the beginning, and how one is told; to who has no address, that nobody can tell."""
    learner = site.learner()
    learner.email = email
    learner.save()
    _sleep(state, datetime(2027, 3, 14, 23, 59, 59, tzinfo=UTC))
    page = _parts(browser)
    assert "kept until the end of 14 March 2027" in page
    assert words in page
    assert "Resume" in page


def test_a_machine_that_is_packed_says_that_it_takes_longer(browser: Client) -> None:
    """Also while it is being packed: who wakes it then waits for that and for the way back."""
    for is_packed, words in ((False, "in about a second"), (True, "in some seconds")):
        Sandbox.objects.update(state=State.ARCHIVING, is_packed=is_packed)
        assert words in _parts(browser)


def test_unpacking_is_a_step_that_is_seen(browser: Client) -> None:
    """A machine on its way back from an archive says why it takes longer, once it is let in."""
    Sandbox.objects.update(state=State.RESUMING, is_packed=True, admitted_at=None)
    assert "Unpacking your disk" not in _parts(browser)
    Sandbox.objects.update(admitted_at=timezone.now())
    assert "Unpacking your disk" in _parts(browser)
    Sandbox.objects.update(is_packed=False)
    assert "Unpacking your disk" not in _parts(browser)


def test_a_stranger_has_no_time(site: Site) -> None:
    """Without a machine there is nothing to count."""
    assert "data-left" not in site.client().get(LESSON).content.decode()
