"""What an open page is sent while it is open."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from django.utils import timezone
from pytest_django import Settings

from slipway import bus
from slipway.accounts.models import Language, User
from slipway.courses.models import Exercise
from slipway.grading.models import Attempt, CheckRun
from slipway.pages import consumers, live, workspace
from slipway.pages.routing import websocket_urlpatterns
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.unit.site import COURSE, Site

pytestmark = pytest.mark.django_db(transaction=True)
MACHINE = [f"machine-{place}" for place in ("state", "set-up", "status", "clock", "time", "move", "times", "tag")]
MACHINE.append("snapshots")
ADDRESS = f"/ws/lessons/{COURSE}/first-steps/"


@pytest.fixture(autouse=True)
def _layer(settings: Settings) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


class Page:
    """An open page: its WebSocket and whose it is."""

    def __init__(self, user: User | None, seen: bytes = b"") -> None:
        self.user = user
        scope = {
            "type": "websocket",
            "path": ADDRESS,
            "query_string": seen,
            "user": user,
            "cookies": {"csrftoken": "c" * 32},
        }
        make: Any = ApplicationCommunicator  # asgiref leaves it without types
        self._socket = make(URLRouter(websocket_urlpatterns), scope)

    async def connect(self) -> None:
        """Connect and be accepted."""
        await self._socket.send_input({"type": "websocket.connect"})
        assert (await self._socket.receive_output(timeout=5))["type"] == "websocket.accept"

    async def open(self) -> dict[str, Any]:
        """Connect and return the first message."""
        await self.connect()
        return await self.next()

    async def next(self) -> dict[str, Any]:
        """Return the next message."""
        message: dict[str, Any] = json.loads((await self._socket.receive_output(timeout=5))["text"])
        return message

    async def is_quiet(self) -> bool:
        """Tell whether nothing comes."""
        is_quiet: bool = await self._socket.receive_nothing(timeout=0.05)
        return is_quiet

    async def hear(self, kind: str, **data: Any) -> None:
        """Let an event of the bus arrive."""
        assert self.user is not None
        layer = get_channel_layer()
        assert layer is not None
        await layer.group_send(bus.group_of(self.user.id), {"type": "page.event", "kind": kind, **data})

    async def tell_line(self, outlooks: dict[str, list[float | None]]) -> None:
        """Let the line's message arrive at all pages that wait."""
        layer = get_channel_layer()
        assert layer is not None
        await layer.group_send(bus.QUEUE, {"type": "page.event", "kind": "queue", "outlooks": outlooks})

    async def send(self, message: dict[str, Any]) -> None:
        """Send what the page sends."""
        await self._socket.send_input({"type": "websocket.receive", "text": json.dumps(message)})

    async def closed_with(self) -> int:
        """Return the code with which the server closes."""
        await self.connect()
        code: int = (await self._socket.receive_output(timeout=5))["code"]
        return code

    async def leave(self) -> None:
        """Close the page."""
        await self._socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._socket.wait(timeout=5)


def _begun(site: Site) -> tuple[User, Attempt]:
    learner = site.learner()
    attempt = site.begin(learner)
    site.ready(attempt)
    return learner, attempt


def _drawn(attempt: Attempt) -> str:
    """Return what a page that is made now tells of its cards when it connects."""
    lesson, learner = attempt.lesson, attempt.learner
    page = workspace.for_learner(attempt=attempt, lesson=lesson, learner=learner, language=Language.ENGLISH)
    return page.digest


def _targets(message: dict[str, Any]) -> list[str]:
    return [fragment["target"] for fragment in message["fragments"]]


async def test_a_page_that_connects_gets_everything(site: Site) -> None:
    """Cards, marks, the last command and the machine come first, whatever was missed."""
    learner, _ = await sync_to_async(_begun)(site)
    page = Page(learner)
    targets = _targets(await page.open())
    await page.leave()
    assert targets[:2] == ["make-a-file", "ask-the-kernel"]
    assert targets[2:] == ["lesson-marks", "ended", "lesson-done", "contents-list", *MACHINE]


async def test_a_page_that_was_just_made_gets_the_machine_alone(site: Site) -> None:
    """What it shows of the exercises is as it should be, until a verdict comes that it has not seen."""
    learner, attempt = await sync_to_async(_begun)(site)
    seen = await sync_to_async(_drawn)(attempt)
    assert str(attempt.id) not in seen
    page = Page(learner, urlencode({"seen": seen}).encode())
    assert _targets(await page.open()) == MACHINE
    await page.leave()
    await sync_to_async(site.verdict)(attempt, await sync_to_async(site.exercise)(), passed=True)
    again = Page(learner, urlencode({"seen": seen}).encode())
    assert "make-a-file" in _targets(await again.open())
    await again.leave()


async def test_a_start_that_was_kept_meanwhile_is_shown(site: Site) -> None:
    """The way back to an exercise's start is on its card though the page was made a moment too early for it."""
    learner, attempt = await sync_to_async(_begun)(site)
    seen = await sync_to_async(_drawn)(attempt)
    await sync_to_async(site.snapshot)(attempt, "make-a-file")
    page = Page(learner, urlencode({"seen": seen}).encode())
    message = await page.open()
    await page.leave()
    card = next(each["html"] for each in message["fragments"] if each["target"] == "make-a-file")
    assert "Reset this exercise" in card


async def test_a_verdict_ticks_the_card(site: Site) -> None:
    """A pass brings the card, fresh, with a word for a screen reader."""
    learner, attempt = await sync_to_async(_begun)(site)
    exercise = await sync_to_async(site.exercise)()
    page = Page(learner)
    await page.open()
    await sync_to_async(site.verdict)(attempt, exercise, passed=True)
    await page.hear("verdict", attempt=str(attempt.id), run="1", exercises=["make-a-file"], passed=["make-a-file"])
    message = await page.next()
    await page.leave()
    card = next(each["html"] for each in message["fragments"] if each["target"] == "make-a-file")
    assert "exercise pass fresh" in card
    assert message["say"] == "Exercise 1 passed. Next: exercise 2."


async def test_a_miss_is_said_with_expected_and_observed(site: Site) -> None:
    """The words for a miss carry what was looked for and what was found."""
    learner, attempt = await sync_to_async(_begun)(site)
    exercise = await sync_to_async(site.exercise)()
    page = Page(learner)
    await page.open()
    await sync_to_async(site.verdict)(attempt, exercise, passed=False)
    await page.hear("verdict", attempt=str(attempt.id), run="1", exercises=["make-a-file"], passed=[])
    message = await page.next()
    await page.leave()
    assert message["say"] == "Exercise 1, not yet: expected exists = true, observed exists = false."


async def test_a_quick_check_does_not_flicker(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that ends soon after it began is shown by its verdict alone."""
    monkeypatch.setattr(consumers, "BUSY_AFTER_SECONDS", 0.2)
    learner, attempt = await sync_to_async(_begun)(site)
    page = Page(learner)
    await page.open()
    about = {"attempt": str(attempt.id), "run": "1", "exercise": "make-a-file", "trigger": "button", "failure": ""}
    await page.hear("check", state="waiting", **about)
    assert await page.is_quiet()
    await page.hear("check", state="done", **about)
    assert "make-a-file" in _targets(await page.next())
    assert await page.is_quiet()
    await page.leave()


async def test_a_check_that_takes_long_is_shown_whatever_ends_before_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of an earlier run says nothing of the one that was asked for since."""
    monkeypatch.setattr(consumers, "BUSY_AFTER_SECONDS", 0.2)
    learner, attempt = await sync_to_async(_begun)(site)
    page = Page(learner)
    await page.open()
    exercise = await Exercise.objects.aget(slug="make-a-file")
    run = await CheckRun.objects.acreate(attempt=attempt, trigger=CheckRun.Trigger.BUTTON, exercise=exercise)
    about = {"attempt": str(attempt.id), "exercise": "make-a-file", "trigger": "button", "failure": ""}
    await page.hear("check", state="waiting", run=str(run.id), **about)
    await page.hear("verdict", attempt=str(attempt.id), run="earlier", exercises=[], passed=[])
    cards = [await page.next()]
    while not any(" busy" in fragment["html"] for fragment in cards[-1]["fragments"]):
        cards.append(await page.next())
    await page.leave()


async def test_a_machine_that_moves_is_followed(site: Site) -> None:
    """A suspended machine is shown as that, and said once."""
    learner, _ = await sync_to_async(_begun)(site)
    page = Page(learner)
    await page.open()
    await Sandbox.objects.aupdate(state=State.SUSPENDED)
    event = {"sandbox": "1", "course": COURSE, "image": "lab-docker", "state": "suspended", "failure": "", "boot": 1}
    await page.hear("sandbox", **event)
    first = await page.next()
    await page.hear("sandbox", **event)
    second = await page.next()
    await page.leave()
    assert 'data-kind="suspended"' in first["fragments"][0]["html"]
    assert (first["say"], second["say"]) == ("Your machine is suspended.", "")


async def test_a_snapshot_that_is_made_is_shown(site: Site) -> None:
    """The list gets its line, and the card its way back to the start."""
    learner, attempt = await sync_to_async(_begun)(site)
    page = Page(learner)
    await page.open()
    await sync_to_async(site.snapshot)(attempt, "make-a-file")
    await page.hear("snapshot", sandbox="1", course=COURSE, image="lab-docker")
    html = {each["target"]: each["html"] for each in (await page.next())["fragments"]}
    await page.leave()
    assert "Reset this exercise" in html["make-a-file"]
    assert "Start of exercise 1" in html["snapshots"]


async def test_the_place_in_the_line_is_followed_without_a_query(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One message tells all pages; each draws its own place, and says it aloud only now and then."""
    monkeypatch.setattr(consumers, "PLACE_EVERY_SECONDS", 0)
    learner, _ = await sync_to_async(_begun)(site)
    asked_at = timezone.now() - timedelta(seconds=10)
    await Sandbox.objects.aupdate(state=State.REQUESTED, machine="", admitted_at=None, state_at=asked_at)
    sandbox = await Sandbox.objects.aget()
    page = Page(learner)
    html = {each["target"]: each["html"] for each in (await page.open())["fragments"]}
    assert "You are number 1" in html["machine-state"]
    for place, seconds, words in (
        (3, 130.0, "about 2 min"),
        (2, 41.0, "about 50 seconds"),
        (2, None, "Nobody can say"),
    ):
        await page.tell_line({str(sandbox.id): [place, seconds], "another": [1, 1.0]})
        message = await page.next()
        assert _targets(message) == MACHINE
        assert f"You are number {place}" in message["fragments"][0]["html"]
        assert words in message["fragments"][0]["html"]
        assert bool(message["say"]) == (place == 3)
    await page.tell_line({"another": [1, 1.0]})
    assert await page.is_quiet()
    await page.leave()


async def test_a_page_that_is_open_keeps_the_place(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """That its learner is there is noted while the machine waits, and no more once it is ready."""
    monkeypatch.setattr(live, "STAYS_NOTED_EVERY", timedelta(seconds=0.05))
    learner, _ = await sync_to_async(_begun)(site)
    long_ago = timezone.now() - timedelta(minutes=5)
    await Sandbox.objects.aupdate(state=State.REQUESTED, machine="", admitted_at=None, used_at=long_ago)
    page = Page(learner)
    await page.open()
    await asyncio.sleep(0.2)
    assert (await Sandbox.objects.aget()).used_at > long_ago
    await Sandbox.objects.aupdate(state=State.READY)
    await page.hear("sandbox", course=COURSE, image="lab-docker", state="ready", failure="", boot=1)
    await page.next()
    await Sandbox.objects.aupdate(used_at=long_ago)
    assert await page.is_quiet()
    await asyncio.sleep(0.2)
    assert (await Sandbox.objects.aget()).used_at == long_ago
    await page.leave()


async def test_another_lessons_events_are_not_sent(site: Site) -> None:
    """An event of another attempt or another image changes nothing here."""
    learner, _ = await sync_to_async(_begun)(site)
    page = Page(learner)
    await page.open()
    await page.hear("verdict", attempt="other", run="1", exercises=[], passed=[])
    await page.hear("sandbox", sandbox="1", course=COURSE, image="lab-metal", state="ready", failure="", boot=1)
    assert await page.is_quiet()
    await page.leave()


async def test_what_no_event_told_of_is_sent_all_the_same(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page notices by itself what changed while events were lost, and sends nothing while nothing did."""
    monkeypatch.setattr(consumers, "MISSED_AFTER_SECONDS", 0.05)
    learner, attempt = await sync_to_async(_begun)(site)
    exercise = await sync_to_async(site.exercise)()
    page = Page(learner)
    await page.open()
    assert await page.is_quiet()
    await sync_to_async(site.verdict)(attempt, exercise, passed=True)
    message = await page.next()
    await page.leave()
    assert "1 of 2 exercises passed" in "".join(each["html"] for each in message["fragments"])


async def test_a_verdict_that_nobody_told_of_comes_with_the_next_one(site: Site) -> None:
    """What is drawn for one event does not hide what another event, which was lost, would have drawn."""
    learner, attempt = await sync_to_async(_begun)(site)
    page = Page(learner)
    await page.open()
    await sync_to_async(site.verdict)(attempt, await sync_to_async(site.exercise)("ask-the-kernel"), passed=True)
    await sync_to_async(site.verdict)(attempt, await sync_to_async(site.exercise)(), passed=False)
    await Sandbox.objects.aupdate(state=State.SUSPENDED)
    await page.hear("verdict", attempt=str(attempt.id), run="2", exercises=["make-a-file"], passed=[])
    targets = _targets(await page.next())
    assert targets == [
        "make-a-file",
        "ask-the-kernel",
        "lesson-marks",
        "ended",
        "lesson-done",
        "contents-list",
        *MACHINE,
    ]
    await page.hear(
        "check", attempt=str(attempt.id), run="3", state="done", exercise=None, trigger="command", failure=""
    )
    assert _targets(await page.next()) == ["lesson-marks", "ended", "lesson-done", "contents-list"]
    await page.leave()


async def test_the_page_changes_its_language(site: Site) -> None:
    """After the page says which language it is read in, fragments come in that."""
    learner, attempt = await sync_to_async(_begun)(site)
    page = Page(learner)
    await page.open()
    await page.send({"language": "hi-Latn"})
    about = {"attempt": str(attempt.id), "run": "1", "exercise": "make-a-file", "trigger": "button", "failure": ""}
    await page.hear("check", state="done", **about)
    message = await page.next()
    await page.leave()
    assert "Ek banaiye" in message["fragments"][0]["html"]


async def test_a_stranger_is_told_to_sign_in(site: Site) -> None:
    """Nobody's page is closed with the code that another try does not help."""
    assert await Page(None).closed_with() == consumers.CLOSE_SIGN_IN


async def test_a_lesson_that_is_not_begun_has_no_events(site: Site) -> None:
    """The socket of a lesson without an attempt is closed."""
    learner = await sync_to_async(site.learner)()
    assert await Page(learner).closed_with() == consumers.CLOSE_NOT_FOUND
