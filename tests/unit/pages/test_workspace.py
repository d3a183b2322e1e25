"""The lesson's page of a learner: cards, machine, and what each action answers."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from slipway.courses.models import Exercise
from slipway.grading.models import Attempt, CheckRun, Progress
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.unit.site import COURSE, Site

LESSON = f"/courses/{COURSE}/first-steps/"
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def browser(site: Site) -> Client:
    """Give the browser of a learner whose machine is ready."""
    learner = site.learner()
    site.ready(site.begin(learner))
    return site.client(learner)


def act(browser: Client, action: str, exercise: str = "make-a-file", **form: str) -> str:
    """Press a button of a card as htmx does, and return the parts that changed."""
    response = browser.post(f"{LESSON}exercises/{exercise}/{action}/", form, **HTMX)
    assert response.status_code == 200
    return response.content.decode()


def test_opening_the_page_opens_a_machine(site: Site) -> None:
    """A learner's first look at a lesson asks for a machine and draws the parameters."""
    learner = site.learner()
    page = site.client(learner).get(LESSON).content.decode()
    [attempt] = Attempt.objects.filter(learner=learner)
    assert attempt.parameters["name"] in page
    assert Sandbox.objects.get(owner=learner).state == State.REQUESTED
    assert "Your machine is starting" in page


def test_the_first_terminal_is_named_before_all_scripts(site: Site) -> None:
    """While the machine is asked for and when it is there, by the address that the scripts make; not to strangers."""
    learner = site.learner()
    named = '<meta name="slipway-terminal" content="/ws/terminal/{}/1/">'
    head = site.client(learner).get(LESSON).content.decode()
    sandbox = Sandbox.objects.get(owner=learner)
    assert named.format(sandbox.id) in head
    site.ready(Attempt.objects.get(learner=learner))
    assert named.format(sandbox.id) in site.client(learner).get(LESSON).content.decode()
    assert "slipway-terminal" not in Client().get(LESSON).content.decode()


def test_setup_goes_on_above_an_open_terminal(site: Site) -> None:
    """The step under way is named, and the terminals are not covered meanwhile."""
    learner = site.learner()
    site.ready(site.begin(learner))
    Attempt.objects.update(set_up_on="")
    page = site.client(learner).get(LESSON).content.decode()
    assert 'data-kind="ready"' in page
    assert 'data-set-up="running"' in page
    assert "Sweeping the deck" in page


def test_a_failed_setup_says_why_and_offers_another_try(site: Site) -> None:
    """The reason stands in the banner, escaped, with what can be done."""
    learner = site.learner()
    site.ready(site.begin(learner))
    Attempt.objects.update(set_up_on="", setup_failure="The deck <is> wet.")
    page = site.client(learner).get(LESSON).content.decode()
    assert "The deck &lt;is&gt; wet." in page
    assert f'action="{LESSON}set-up/"' in page


def test_a_ready_machine_leaves_its_box_to_the_terminal(browser: Client) -> None:
    """When all is set up, nothing covers the terminals."""
    page = browser.get(LESSON).content.decode()
    assert 'data-kind="ready"' in page
    assert "wait-card" not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.SUSPENDED, "Your machine is suspended"),
        (State.RESUMING, "Your machine is coming back"),
        (State.RESETTING, "Your machine is being reset"),
    ],
)
def test_each_state_says_what_happens(site: Site, state: State, words: str) -> None:
    """The pane of every state has its own words."""
    learner = site.learner()
    site.ready(site.begin(learner))
    client = site.client(learner)
    client.get(LESSON)
    Sandbox.objects.update(state=state)
    parts = client.post(f"{LESSON}set-up/", **HTMX).content.decode()
    assert words in parts


def test_a_failed_machine_says_why_and_offers_another_try(site: Site) -> None:
    """The reason of the failure is shown as it stands in the database, escaped."""
    learner = site.learner()
    site.ready(site.begin(learner))
    Sandbox.objects.update(state=State.FAILED, failure="The disk <is> full.")
    parts = site.client(learner).post(f"{LESSON}set-up/", **HTMX).content.decode()
    assert "The disk &lt;is&gt; full." in parts
    assert "Try again" in parts


def test_a_verdict_is_shown_with_expected_and_observed(site: Site, browser: Client) -> None:
    """A card that is not yet passed says what was looked for, what was found, and the nudge."""
    attempt = Attempt.objects.get()
    site.verdict(attempt, site.exercise(), passed=False)
    page = browser.get(LESSON).content.decode()
    assert "exists = <mark>true</mark>" in page
    assert "exists = <mark>false</mark>" in page
    assert "Close. Which name?" in page
    assert "Not yet" in page


def test_a_passed_card_explains_and_asks_for_nothing_more(site: Site, browser: Client) -> None:
    """The explanation comes with the pass, and the buttons go."""
    site.verdict(Attempt.objects.get(), site.exercise(), passed=True)
    page = browser.get(LESSON).content.decode()
    assert "An empty file is a file too." in page
    assert 'id="make-a-file-check"' not in page
    assert "1 of 2 exercises passed" in page


def test_check_now_asks_for_a_check(browser: Client) -> None:
    """The button makes a check run of that exercise, and the card says so."""
    card = act(browser, "check")
    [run] = CheckRun.objects.all()
    assert run.exercise is not None
    assert run.exercise.slug == "make-a-file"
    assert "Checking…" in card


def test_hints_open_one_at_a_time_and_then_the_solution(browser: Client) -> None:
    """Hint 2 follows hint 1, and after the last the solution is offered."""
    first = act(browser, "hint", number="1")
    assert "<code>touch</code> makes an empty file." in first
    assert "It wants the path" not in first
    second = act(browser, "hint", number="2")
    assert "It wants the path" in second
    assert "Show the solution" in second
    assert 'class="solution"' not in second
    assert 'class="solution"' in act(browser, "solution")


@pytest.mark.parametrize("number", ["", "x", "٣", "9" * 5000])
def test_a_hint_of_no_number_is_no_page(browser: Client, number: str) -> None:
    """However long it is: Python itself refuses to read such numbers."""
    assert browser.post(f"{LESSON}exercises/make-a-file/hint/", {"number": number}).status_code == 404


def test_a_width_of_no_number_is_the_usual_one(browser: Client) -> None:
    """The cookie is whatever the browser sends."""
    browser.cookies["split"] = "9" * 5000
    assert browser.get(LESSON).status_code == 200


def test_an_answer_is_kept_and_checked(browser: Client) -> None:
    """What was typed stands in the field again, harmless whatever it is."""
    card = act(browser, "answer", "ask-the-kernel", **{"answer-answer": '"><script>alert(1)</script>'})
    progress = Progress.objects.get(exercise__slug="ask-the-kernel")
    assert progress.answers == {"answer": '"><script>alert(1)</script>'}
    assert "<script>" not in card


def test_skip_and_take_up_again(browser: Client) -> None:
    """A skipped exercise says so and can be taken up again."""
    assert "Take it up again" in act(browser, "skip")
    assert "To do" in act(browser, "unskip")


def test_reset_puts_a_card_back(site: Site, browser: Client) -> None:
    """After a reset the card is as before the first try."""
    site.verdict(Attempt.objects.get(), site.exercise(), passed=False)
    assert "To do" in act(browser, "reset")


def test_without_a_script_every_button_is_a_form(browser: Client) -> None:
    """A plain post leads back to the card."""
    response = browser.post(f"{LESSON}exercises/make-a-file/hint/", {"number": "1"})
    assert response["Location"] == f"{LESSON}#make-a-file"


def test_what_is_not_possible_is_said(browser: Client) -> None:
    """A refusal comes as a notice; the card stays."""
    response = browser.post(f"{LESSON}exercises/make-a-file/solution/", **HTMX)
    trigger = json.loads(response["HX-Trigger"])
    assert response.status_code == 200
    assert set(trigger) == {"slipway:notice"}


def test_start_over_begins_a_new_attempt(browser: Client) -> None:
    """Starting over ends the attempt and asks for a machine as new."""
    assert browser.post(f"{LESSON}start-over/")["Location"] == LESSON
    assert Attempt.objects.filter(ended_at=None).count() == 1
    assert Attempt.objects.count() == 2
    assert Sandbox.objects.get().state == State.RESETTING


def test_reset_asks_for_a_machine_as_new(browser: Client) -> None:
    """The reset is under way when the answer comes."""
    parts = browser.post(f"{LESSON}machine/reset/", **HTMX).content.decode()
    assert "Your machine is being reset" in parts


def test_a_stranger_who_acts_is_led_to_sign_in(site: Site) -> None:
    """An action without a person goes to the sign-in page, also from htmx."""
    response = site.client().post(f"{LESSON}exercises/make-a-file/check/", **HTMX)
    assert response["HX-Redirect"] == f"/accounts/sign-in/?next={LESSON}"


def test_the_number_of_queries_does_not_grow(site: Site) -> None:
    """Twenty lessons of progress cost the page no query more than one."""
    learner = site.learner()
    site.ready(site.begin(learner))
    client = site.client(learner)
    client.get(LESSON)
    few = _queries(client)
    _more_lessons(site, learner_attempts=20)
    assert _queries(client) == few
    assert few <= 30


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(LESSON).status_code == 200
    return len(found)


def _more_lessons(site: Site, *, learner_attempts: int) -> None:
    template = site.lesson()
    learner = site.learner()
    for number in range(learner_attempts):
        lesson = site.lesson("second-steps")
        lesson.pk, lesson.slug, lesson.number = None, f"more-{number}", 10 + number
        lesson.course = template.course
        lesson.save()
        attempt = Attempt.objects.create(learner=learner, lesson=lesson, ended_at=None)
        for each in range(4):
            exercise = Exercise.objects.create(
                lesson=lesson, slug=f"more-{number}-{each}", number=each + 1, title={"en": "More"}, points=1
            )
            site.verdict(attempt, exercise, passed=each % 2 == 0)
