"""The interface in Hindi: whose choice counts, and that no page says anything past the catalogue."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from slipway.accounts.models import Interface, User
from slipway.grading import services
from slipway.grading.models import Attempt, CheckRun, Command, Progress
from slipway.lessonfile.labels import WORDS
from slipway.pages import live
from slipway.pages.labels import labels
from slipway.sandboxes import services as machines
from slipway.sandboxes.models import Keeping, Sandbox, Snapshot
from slipway.sandboxes.states import State
from tests.unit.pages.hindi import foreign
from tests.unit.site import COURSE, Site

LESSON = f"/courses/{COURSE}/first-steps/"
PROJECT = Path(__file__).resolve().parents[3]


def in_hindi(client: Client) -> Client:
    """Return the browser with the choice of Hindi."""
    client.cookies["interface"] = "hi"
    return client


def titles(site: Site) -> tuple[str, ...]:
    """Return what authors wrote that stands in attributes, where no language can be told."""
    lessons = [site.lesson("first-steps"), site.lesson("second-steps")]
    found = [lesson.title for lesson in lessons] + [lessons[0].course.title]
    found += [exercise.title for lesson in lessons for exercise in lesson.exercises.all()]
    return tuple(title["en"].replace("`", "") for title in found)


@pytest.fixture
def attempt(site: Site) -> Attempt:
    """Give a learner in the middle of a lesson, with all that a page can show of it."""
    learner = site.learner()
    attempt = site.begin(learner)
    sandbox = site.ready(attempt)
    site.verdict(attempt, site.exercise("ask-the-kernel"), passed=False)
    site.verdict(attempt, site.exercise(), passed=True)
    services.open_solution(attempt=attempt, exercise=site.exercise("ask-the-kernel"))
    services.open_hint(attempt=attempt, exercise=site.exercise("ask-the-kernel"), number=1)
    site.snapshot(attempt, "ask-the-kernel")
    site.snapshot(attempt, kind=Snapshot.Kind.NAMED, name="पहले", asked_by=site.grader())
    site.snapshot(attempt, kind=Snapshot.Kind.LEFT)
    now = timezone.now()
    Command.objects.create(
        sandbox=sandbox, attempt=attempt, terminal="1", boot="1", offset=1, text="true", exit_status=127,
        started_at=now, ended_at=now,
    )  # fmt: skip
    return attempt


def pages(site: Site, attempt: Attempt) -> Iterator[tuple[str, str]]:
    """Yield every page of the site with what it says: to strangers, guests, a learner and a grader."""
    learner, grader = attempt.learner, site.grader()
    guest = User.objects.create(username="guest-1", first_name="Guest", is_guest=True)
    course = f"/courses/{COURSE}/"
    evidence = f"/grades/{COURSE}/{attempt.id}/ask-the-kernel/"
    forms = ["/accounts/sign-in/", "/accounts/sign-up/", "/accounts/sign-out/"]
    for person, addresses in (
        (None, ["/", course, LESSON, "/search/?q=file", "/search/?q=zzz", "/no-such-page/", *forms[:2]]),
        (guest, ["/", LESSON, "/progress/", *forms, f"/certificates/{UUID(int=0)}/"]),
        (learner, ["/", course, LESSON, "/progress/", forms[2], "/accounts/password/", "/grades/"]),
        (learner, [f"{LESSON}exercises/ask-the-kernel/explain/", f"/certificates/of/{COURSE}/"]),
        (grader, ["/grades/", f"/grades/{COURSE}/", f"/grades/{COURSE}/?find=zzz", evidence]),
    ):
        client = in_hindi(site.client(person))
        for address in addresses:
            yield f"{person}: {address}", client.get(address).content.decode()
    yield "wrong password", in_hindi(site.client()).post(forms[0], {"login": "x", "password": "y"}).content.decode()
    yield "short password", in_hindi(site.client()).post(forms[1], {"username": "n", "password1": "n"}).content.decode()
    client = in_hindi(Client(enforce_csrf_checks=True))
    yield "too old", client.post(reverse("choose_theme")).content.decode()
    with translation.override("hi"):
        for name in ("500.html", "503.html", "account/too_many_guests.html", "account/account_inactive.html",
                     "account/signup_closed.html"):  # fmt: skip
            yield name, render_to_string(name, request=_request(learner) if "/" in name else None)


def _request(person: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = person
    return request


def test_no_page_says_anything_past_the_catalogue(site: Site, attempt: Attempt) -> None:
    """In Hindi no text and no label of any page has a Latin word, but for names and what is marked as content."""
    content = titles(site)
    shown = dict(pages(site, attempt))
    assert [name for name, page in shown.items() if '<html lang="hi"' not in page] == []
    assert {name: found for name, page in shown.items() if (found := foreign(page, content))} == {}


@pytest.mark.parametrize("state", [*State])
def test_no_state_of_a_machine_does(site: Site, attempt: Attempt, state: State) -> None:
    """Whatever the machine does, and whatever went wrong, is told in Hindi on the course's page and the lesson's."""
    sandbox = Sandbox.objects.get(owner=attempt.learner)
    Sandbox.objects.update(state=state, state_at=timezone.now())
    if state == State.SUSPENDED:
        end = timezone.now() + timedelta(days=9)
        Keeping.objects.create(sandbox=sandbox, suspended_at=timezone.now(), pack_at=end, remove_at=end)
    client, content = in_hindi(site.client(attempt.learner)), titles(site)
    with translation.override("hi"):
        page = live.find_page(attempt.learner_id, COURSE, "first-steps", "", Interface.HINDI)
        assert page is not None
        update = page.machine()
    fragments = "".join(fragment.html for fragment in update.fragments)
    assert foreign(f'<html lang="hi"><p>{update.say}</p>{fragments}</html>', content) == []
    assert foreign(client.get(f"/courses/{COURSE}/").content.decode(), content) == []


def test_what_a_worker_wrote_is_told_in_the_language_of_the_page(site: Site, attempt: Attempt) -> None:
    """The row holds English; who reads it gets Hindi, with what the machine said as it said it."""
    sandbox = Sandbox.objects.get(owner=attempt.learner)
    Sandbox.objects.update(state=State.FAILED, failure="dockerd did not answer")
    run = CheckRun.objects.create(attempt=attempt, trigger=CheckRun.Trigger.BUTTON, exercise=site.exercise())
    run.state, run.failure = CheckRun.State.FAILED, "The machine failed: dockerd did not answer"
    run.save()
    page = in_hindi(site.client(site.grader())).get(f"/grades/{COURSE}/{attempt.id}/make-a-file/").content.decode()
    assert "जाँच नहीं हो सकी: मशीन नाकाम हो गई: dockerd did not answer" in page
    with translation.override("hi"), pytest.raises(Exception, match="मशीन नाकाम हो गई: dockerd did not answer “फिर"):
        machines.extend(sandbox=Sandbox.objects.get(id=sandbox.id))


def test_an_open_page_is_told_what_changed_in_its_language(site: Site, attempt: Attempt) -> None:
    """Fragments, and what a screen reader hears, come as the page is, whatever the process speaks."""
    with translation.override("hi"):
        page = live.find_page(attempt.learner_id, COURSE, "first-steps", "", Interface.HINDI)
        assert page is not None
        verdict = site.verdict(attempt, site.exercise("ask-the-kernel"), passed=True)
        about = {"attempt": str(attempt.id), "run": str(verdict.run_id), "exercises": ["ask-the-kernel"]}
        update = page.changed_by({"kind": "verdict", "passed": ["ask-the-kernel"], **about})
    assert update.say == "अभ्यास 2 पास। सभी अभ्यास पास हैं।"
    html = "".join(fragment.html for fragment in update.fragments)
    assert foreign(f'<html lang="hi">{html}</html>', titles(site)) == []


def test_the_language_of_the_pages_is_kept(site: Site) -> None:
    """For a stranger in a cookie, for a person with the person: there it counts more than any browser's wish."""
    stranger = site.client()
    assert '<html lang="en"' in stranger.get("/").content.decode()
    stranger.post(reverse("choose_interface"), {"interface": "hi", "next": "/"})
    assert '<html lang="hi"' in stranger.get("/").content.decode()
    learner = site.learner()
    site.client(learner).post(reverse("choose_interface"), {"interface": "hi", "next": "/"})
    elsewhere = site.client(learner)
    elsewhere.cookies["interface"] = "en"
    assert '<html lang="hi"' in elsewhere.get("/").content.decode()


def test_the_first_visit_is_answered_as_the_browser_asks(site: Site) -> None:
    """By Accept-Language, where it is one that the pages speak; and caches are told what it hangs on."""
    answer = site.client().get("/", headers={"accept-language": "hi-IN,hi;q=0.9,en;q=0.5"})
    assert '<html lang="hi"' in answer.content.decode()
    assert answer["Content-Language"] == "hi"
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))
    assert '<html lang="en"' in site.client().get("/", headers={"accept-language": "de"}).content.decode()


@pytest.mark.parametrize("value", ["de", "", "hi'; --", "x" * 5000])
def test_an_unknown_language_changes_nothing(site: Site, value: str) -> None:
    """Neither what a form sends nor what a cookie holds is believed."""
    client = site.client(site.learner())
    client.post(reverse("choose_interface"), {"interface": value, "next": "/"})
    assert User.objects.get(username="asha").interface == ""
    client.cookies["interface"] = value
    assert '<html lang="en"' in client.get("/").content.decode()


def test_content_in_another_language_than_the_page_is_marked(site: Site) -> None:
    """So that a screen reader speaks it as what it is."""
    page = in_hindi(site.client()).get("/").content.decode()
    assert '<span lang="en">First steps</span>' in page
    assert '<span lang="en">' not in site.client().get("/").content.decode()


def test_each_page_has_the_way_to_the_other_language(site: Site, attempt: Attempt) -> None:
    """A form that needs no script, named as its readers call it."""
    for name, page in pages(site, attempt):
        if name not in {"500.html", "503.html", "too old"}:
            assert re.search(
                r'<button[^>]*name="interface" value="en"[^>]*>.*?<span lang="en">English</span></button>', page
            ), name


def test_what_settings_and_lessons_call_the_same_is_the_same() -> None:
    """The languages of the settings are those that can be chosen; the page names all words of a lesson's text."""
    assert list(settings.LANGUAGES) == [(each.value, each.label) for each in Interface]
    assert set(labels().words) == set(WORDS)


def test_modules_say_nothing_of_their_own() -> None:
    """Sentences of scripts stand in templates: a string of two words that begins like a sentence is one."""
    sentence = re.compile(r"""["'`][A-Z][a-z]+,? [a-zA-Z]{2,}[^"'`]*["'`]""")
    for path in sorted((PROJECT / "static" / "js").rglob("*.js")):
        code = "\n".join(line for line in path.read_text().splitlines() if not line.strip().startswith("//"))
        assert sentence.findall(code) == [], path.name


def test_every_text_that_modules_ask_for_is_on_the_page(site: Site, attempt: Attempt) -> None:
    """And none stands there that nobody asks for."""
    page = site.client(attempt.learner).get(LESSON).content.decode()
    [element] = re.findall(r'<div class="texts" hidden(.*?)></div>', page, re.DOTALL)
    there = {re.sub(r"-(\w)", lambda m: m[1].upper(), name) for name in re.findall(r'data-([\w-]+)="', element)}
    code = "".join(path.read_text() for path in (PROJECT / "static" / "js" / "lesson").glob("*.js"))
    asked = set(re.findall(r'\btext\("(\w+)"', code))
    for first, second in re.findall(r'\btext\([^()?]*\? "(\w+)" : "(\w+)"', code):
        asked |= {first, second}
    assert {name for name in there if not name.startswith("refused")} == asked
    assert Progress.objects.exists()
