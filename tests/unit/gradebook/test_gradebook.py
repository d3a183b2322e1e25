"""What graders see, and that nobody else does."""

import csv
import io
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from slipway.accounts.models import User
from slipway.gradebook import sheet
from slipway.grading.models import Attempt, CheckRun, Command
from slipway.sandboxes.models import Snapshot
from tests.unit.site import COURSE, Site

GRADES = f"/grades/{COURSE}/"


@pytest.fixture
def attempt(site: Site) -> Attempt:
    """Give a learner's attempt: one exercise passed, one not yet."""
    attempt = site.begin(site.learner())
    site.ready(attempt)
    site.verdict(attempt, site.exercise(), passed=True)
    site.verdict(attempt, site.exercise("ask-the-kernel"), passed=False)
    return attempt


@pytest.fixture
def browser(site: Site) -> Client:
    """Give the grader's browser."""
    return site.client(site.grader())


def evidence_of(attempt: Attempt, exercise: str = "ask-the-kernel") -> str:
    """Return the address of the evidence."""
    return f"{GRADES}{attempt.id}/{exercise}/"


def csv_of(user: User) -> tuple[str, list[list[str]]]:
    """Download the CSV file as the web process serves it."""

    async def download() -> bytes:
        client = AsyncClient()
        await client.aforce_login(user, backend="django.contrib.auth.backends.ModelBackend")
        response: Any = await client.get(f"{GRADES}grades.csv")
        assert response.streaming
        return b"".join([part async for part in response.streaming_content])

    text = async_to_sync(download)().decode()
    return text, list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("address", ["/grades/", GRADES, f"{GRADES}grades.csv"])
def test_grades_are_for_graders(site: Site, address: str) -> None:
    """Another learner gets a sentence, a stranger the sign-in page."""
    response = site.client(site.learner("second")).get(address)
    assert response.status_code == 403
    assert "not a grader" in response.content.decode()
    assert site.client().get(address)["Location"].startswith("/accounts/sign-in/")


def test_a_grader_of_another_course_sees_nothing(site: Site, attempt: Attempt) -> None:
    """The role counts in its own course."""
    other = site.person("other")
    other.course_roles.create(course="another-course", role="grader")
    assert site.client(other).get(evidence_of(attempt)).status_code == 403
    assert site.client(other).post(f"{evidence_of(attempt)}check/").status_code == 403


def test_the_grid_shows_learners_by_exercises(browser: Client, attempt: Attempt) -> None:
    """Each cell says in words how far the learner is."""
    page = browser.get(GRADES).content.decode()
    assert "asha, 1.1, passed" in page
    assert "asha, 1.2, not passed, 1 try" in page
    assert "asha, 2.1, not tried" in page
    assert '<td class="num first">33</td>' in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("find=ash", True),
        ("find=ASHA", True),
        ("find=zoya", False),
        ("show=not-passed", True),
        ("lesson=nowhere", True),
    ],
)
def test_the_grid_is_filtered(browser: Client, attempt: Attempt, query: str, shown: bool) -> None:  # noqa: FBT001
    """Learners are found by name, and those who passed everything can be left out."""
    assert ("asha, 1.1" in browser.get(f"{GRADES}?{query}").content.decode()) == shown


def test_who_passed_everything_is_left_out(site: Site, browser: Client, attempt: Attempt) -> None:
    """`not-passed` within one lesson shows who has something left there."""
    site.verdict(attempt, site.exercise("ask-the-kernel"), passed=True)
    page = browser.get(f"{GRADES}?show=not-passed&lesson=first-steps").content.decode()
    assert "No learner matches" in page


def test_evidence_shows_what_is_behind_a_cell(site: Site, browser: Client, attempt: Attempt) -> None:
    """Expected, observed, commands with their exit status, hints and the trail."""
    Command.objects.create(
        sandbox=site.learner().sandboxes.get(), attempt=attempt, terminal="1", boot="b", offset=1,
        text="uname <b>", exit_status=2, started_at=attempt.started_at, ended_at=attempt.started_at,
    )  # fmt: skip
    attempt.progress.filter(exercise__slug="ask-the-kernel").update(hints_opened=1)
    page = browser.get(evidence_of(attempt)).content.decode()
    for words in ("exists = true", "exists = false", "uname &lt;b&gt;", "1 hint opened", "Lesson begun"):
        assert words in page
    assert '<span class="tag fail">2</span>' in page
    assert "asha, 1.1, passed" in page


def test_only_the_sheet_is_sent_to_a_page_that_has_the_grid(browser: Client, attempt: Attempt) -> None:
    """A request of htmx gets the evidence alone."""
    page = browser.get(evidence_of(attempt), HTTP_HX_REQUEST="true").content.decode()
    assert page.lstrip().startswith("<aside")


def test_evidence_of_another_courses_attempt_is_not_found(browser: Client, attempt: Attempt) -> None:
    """An exercise that is not in the attempt's lesson has no evidence."""
    assert browser.get(evidence_of(attempt, "remove-the-file")).status_code == 404


def test_checking_again_asks_for_a_run_in_the_graders_name(site: Site, browser: Client, attempt: Attempt) -> None:
    """The run is the grader's, and the sheet follows it."""
    page = browser.post(f"{evidence_of(attempt)}check/", HTTP_HX_REQUEST="true").content.decode()
    run = CheckRun.objects.get(trigger=CheckRun.Trigger.GRADER)
    assert run.requested_by == site.grader()
    assert 'hx-trigger="load delay:700ms"' in page


def test_checking_again_without_a_machine_says_why_not(site: Site, browser: Client, attempt: Attempt) -> None:
    """Where the machine is gone there is no button, and the reason is said."""
    site.learner().sandboxes.update(state="gone")
    assert "The machine was removed" in browser.get(evidence_of(attempt)).content.decode()
    answer = browser.post(f"{evidence_of(attempt)}check/", HTTP_HX_REQUEST="true").content.decode()
    assert "nothing is left to check" in answer


def test_a_grader_keeps_a_snapshot_and_removes_it(site: Site, browser: Client, attempt: Attempt) -> None:
    """It has the grader's name on it and is listed; a name that will not do is said."""
    address = f"{evidence_of(attempt)}snapshots/"
    page = browser.post(address, {"name": "before the <fix>"}, HTTP_HX_REQUEST="true").content.decode()
    for words in ("before the &lt;fix&gt;", "kept by gita", "Being made", 'hx-trigger="load delay:700ms"'):
        assert words in page
    assert "1 to 60 characters" in browser.post(address, {"name": " "}, HTTP_HX_REQUEST="true").content.decode()
    snapshot = Snapshot.objects.get()
    snapshot.state, snapshot.failure = Snapshot.State.GONE, "There was no room."
    snapshot.save()
    assert "It could not be made. There was no room." in browser.get(evidence_of(attempt)).content.decode()
    assert "before the" not in browser.post(f"{address}{snapshot.id}/remove/", follow=True).content.decode()


def test_snapshots_are_kept_and_removed_by_graders_of_the_course_alone(site: Site, attempt: Attempt) -> None:
    """The learner's own browser is refused."""
    learner = site.client(attempt.learner)
    snapshot = site.snapshot(attempt, kind=Snapshot.Kind.NAMED, name="before")
    for address in ("snapshots/", f"snapshots/{snapshot.id}/remove/"):
        assert learner.post(f"{evidence_of(attempt)}{address}", {"name": "x"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_csv_file_has_a_line_for_each_learner(site: Site, attempt: Attempt) -> None:
    """Points by exercise, without a byte order mark."""
    text, rows = csv_of(site.grader())
    assert text.startswith("name,username,email,1.1,1.2,2.1,points,points_total,percent")
    assert rows[1][:9] == ["asha", "asha", "", "2", "0", "0", "2", "6", "33"]


@pytest.mark.django_db(transaction=True)
def test_no_name_in_the_csv_file_is_a_formula(site: Site) -> None:
    """What a learner may choose is never run by a spreadsheet."""
    mallory = site.person("mallory", first_name='=HYPERLINK("http://elsewhere")', last_name="+1", email="-2@x.example")
    site.begin(mallory)
    _, rows = csv_of(site.grader())
    assert rows[1][0].startswith("'=HYPERLINK")
    assert rows[1][2] == "'-2@x.example"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_every_start_of_a_formula_is_taken_away(start: str) -> None:
    """The starts are those that OWASP names for CSV injection."""
    assert sheet.harmless(f"{start}1") == f"'{start}1"
    assert sheet.harmless("asha") == "asha"


def test_a_grader_finds_the_courses(browser: Client, attempt: Attempt) -> None:
    """The list names each course with its learners."""
    page = browser.get("/grades/").content.decode()
    assert "A small course" in page
    assert '<td class="num">1</td>' in page
