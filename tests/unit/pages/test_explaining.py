"""What happened is told from the evidence: commands with their endings, what turned, what is still missing."""

from typing import Any

import pytest
from django.utils import timezone

from slipway.grading.models import Attempt, Command
from slipway.pages.explaining import ending
from slipway.sandboxes.models import Sandbox
from tests.unit.site import COURSE, Site

ADDRESS = f"/courses/{COURSE}/first-steps/exercises/make-a-file/explain/"
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def attempt(site: Site) -> Attempt:
    """Give a learner in the first lesson, whose machine is ready."""
    attempt = site.begin(site.learner())
    site.ready(attempt)
    return attempt


def typed(attempt: Attempt, text: str, exit_status: int) -> None:
    """Let a command have ended now."""
    now, offset = timezone.now(), Command.objects.count()
    Command.objects.create(
        sandbox=Sandbox.objects.get(owner=attempt.learner), attempt=attempt, terminal="1", boot="1", offset=offset,
        text=text, exit_status=exit_status, started_at=now, ended_at=now,
    )  # fmt: skip


def test_commands_and_changes_are_told_in_order(site: Site, attempt: Attempt) -> None:
    """Only what was typed since the check before, each with what its exit status means."""
    typed(attempt, "touch /root/otter", 0)
    site.verdict(attempt, site.exercise(), passed=True)
    typed(attempt, "rm <otter>", 0)
    typed(attempt, "dcoker ps", 127)
    site.verdict(attempt, site.exercise(), passed=False)
    story = site.client(attempt.learner).get(ADDRESS, **HTMX).content.decode()
    assert "touch" not in story
    assert story.index("rm &lt;otter&gt;") < story.index("there is no such program") < story.index("You asked, so")
    assert "does not hold any more" in story
    assert (
        "<code>exists = <mark>true</mark></code> was wanted, and <code>exists = <mark>false</mark></code> was there."
        in story
    )
    assert "Close. Which name?" in story
    assert "<html" not in story


def test_before_any_check_there_is_nothing_to_tell(site: Site, attempt: Attempt) -> None:
    """It says what to press, also on the page for browsers without scripts."""
    page = site.client(attempt.learner).get(ADDRESS).content.decode()
    assert "Press Check now first." in page
    assert "Back to the exercise" in page


def test_only_the_learner_is_told(site: Site, attempt: Attempt) -> None:
    """Somebody else has no attempt here, and a stranger signs in first."""
    assert site.client(site.person("badri")).get(ADDRESS).status_code == 302
    assert site.client().get(ADDRESS)["Location"].startswith("/accounts/sign-in/")


@pytest.mark.parametrize(("status", "words"), [(0, "ended well"), (137, "killed"), (3, "ended with 3")])
def test_exit_statuses_have_words(status: int, words: str) -> None:
    """The usual ones; of others the number."""
    assert words in ending(status)
