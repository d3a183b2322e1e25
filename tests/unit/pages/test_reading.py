"""Pages that are only read: catalogue, course map, progress, and a lesson as a stranger sees it."""

from pathlib import Path
from shutil import copytree

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from slipway.courses.models import Exercise, Lesson
from slipway.grading.models import Attempt, Progress
from slipway.pages.workspace import for_stranger
from slipway.sandboxes.models import Sandbox
from tests.lesson_sample import change
from tests.unit.site import COURSE, Site

LESSON = f"/courses/{COURSE}/first-steps/"
HINGLISH = "lesson.hi-Latn.md"


def test_a_stranger_sees_the_courses_and_a_way_in(site: Site) -> None:
    """The catalogue shows each lesson, and the one click that makes a guest."""
    page = site.client().get("/").content.decode()
    assert "First steps" in page
    assert "2 lessons · 3 exercises · 25 min" in page
    assert "Start as a guest" in page


def test_a_stranger_reads_a_lesson_and_starts_nothing(site: Site) -> None:
    """Reading a lesson makes no attempt and no machine: so a crawler cannot either."""
    response = site.client().get(LESSON)
    page = response.content.decode()
    assert "A file is the smallest thing that stays." in page
    assert "/root/&lt;name&gt;" in page
    assert "Start as a guest" in page
    assert "make-a-file-check" not in page
    assert not Attempt.objects.exists()
    assert not Sandbox.objects.exists()


def test_a_lesson_has_the_terminals_and_the_look_that_were_chosen(site: Site) -> None:
    """Its page knows how many there may be, and is rendered as the person likes it."""
    client = site.client()
    page = client.get(LESSON).content.decode()
    assert 'id="tabs" data-most="3"' in page
    assert 'data-colours="dark"' in page
    client.cookies["terminal"] = "size=22&colours=contrast&copies=on"
    page = client.get(LESSON).content.decode()
    assert 'data-colours="contrast"' in page
    assert 'name="size" type="number" min="10" max="28" required value="22"' in page
    assert 'name="copies" checked' in page
    assert 'name="flashes">' in page


def test_an_unknown_lesson_is_a_page_that_says_so(site: Site) -> None:
    """A wrong address gives 404 with a way on."""
    response = site.client().get(f"/courses/{COURSE}/no-such-lesson/")
    assert response.status_code == 404
    assert "No page at this address" in response.content.decode()


def test_who_comes_back_is_led_to_where_they_were(site: Site) -> None:
    """The catalogue of a learner begins with the lesson that was opened last."""
    learner = site.learner()
    attempt = site.begin(learner)
    site.verdict(attempt, site.exercise(), passed=True)
    page = site.client(learner).get("/").content.decode()
    assert "Welcome back, asha" in page
    assert "Lesson 1 · exercise 2 of 2" in page
    assert "1 of 3 exercises" in page


def test_continue_leads_to_what_is_neither_passed_nor_skipped(site: Site) -> None:
    """And to a skipped one where nothing else is left."""
    learner = site.learner()
    attempt = site.begin(learner)
    client = site.client(learner)
    Progress.objects.update_or_create(
        attempt=attempt, exercise=site.exercise(), defaults={"status": Progress.Status.SKIPPED}
    )
    assert f'href="{LESSON}#ask-the-kernel">Continue' in client.get("/").content.decode()
    site.verdict(attempt, site.exercise("ask-the-kernel"), passed=True)
    assert f'href="{LESSON}#make-a-file">Continue' in client.get("/").content.decode()


def test_the_map_shows_what_holds_and_what_does_not(site: Site) -> None:
    """Each exercise on the course map says how far it is."""
    learner = site.learner()
    attempt = site.begin(learner)
    site.verdict(attempt, site.exercise(), passed=True)
    site.verdict(attempt, site.exercise("ask-the-kernel"), passed=False)
    page = site.client(learner).get(f"/courses/{COURSE}/").content.decode()
    assert "You are here" in page
    assert "not yet · 0 of 1 check hold" in page.replace("\n", " ")
    assert f"{LESSON}#ask-the-kernel" in page


def test_what_was_passed_once_stays_passed(site: Site) -> None:
    """A new attempt takes nothing away on the map."""
    learner = site.learner()
    attempt = site.begin(learner)
    site.verdict(attempt, site.exercise(), passed=True)
    Attempt.objects.filter(id=attempt.id).update(ended_at=attempt.started_at)
    site.begin(learner)
    page = site.client(learner).get(f"/courses/{COURSE}/").content.decode()
    assert '<span class="hush">passed</span>' in page


def test_progress_is_for_who_is_signed_in(site: Site) -> None:
    """A stranger is asked to sign in; a learner sees all courses."""
    assert site.client().get("/progress/")["Location"] == "/accounts/sign-in/?next=/progress/"
    assert "A small course" in site.client(site.learner()).get("/progress/").content.decode()


def test_theme_and_language_are_rendered_by_the_server(site: Site) -> None:
    """A choice made without a script is there on the next page."""
    client = site.client()
    client.post(reverse("choose_theme"), {"theme": "dark", "next": "/"})
    client.post(reverse("choose_language"), {"language": "hi-Latn", "next": LESSON})
    page = client.get(LESSON).content.decode()
    assert 'data-theme="dark"' in page
    assert "Pehle kadam" in page
    assert 'lang="hi-Latn"' in page


def test_a_section_that_is_not_translated_is_in_english_with_a_note(
    site: Site, settings: Settings, tmp_path: Path
) -> None:
    """At its place, marked as English, also in the contents and on a card drawn anew; the note is the page's."""
    settings.LESSONS = copytree(settings.LESSONS, tmp_path / "lessons")
    folder = tmp_path / "lessons" / COURSE / "01-first-steps"
    change(folder, "## Kernel se poochhiye {#ask-the-kernel}\n\nAapke kernel ka release kya hai?\n", "", HINGLISH)
    client = site.client()
    client.cookies["language"], client.cookies["interface"] = "hi-Latn", "hi"
    page = client.get(LESSON).content.decode()
    note = '<p class="banner" lang="hi">यह हिस्सा अभी अनूदित नहीं है, इसलिए अंग्रेज़ी में है।</p>'
    assert page.count(note) == 1
    before, _, after = page.partition(f'<div class="untranslated" lang="en">\n  {note}')
    assert 'id="make-a-file"' in before
    assert after.index('id="ask-the-kernel"') < after.index("Which release does your kernel have?")
    assert after.index("Which release does your kernel have?") < after.index("Aage kya")
    assert '<span lang="en">Ask the kernel</span>' in before + after
    workspace = for_stranger(lesson=site.lesson(), language="hi-Latn")
    context = {"workspace": workspace, "card": workspace.card("ask-the-kernel"), "interface": "hi"}
    card = render_to_string("pages/card.html", context)
    assert ('<span lang="en">Ask the kernel</span>' in card, '<div class="text" lang="en">' in card) == (True, True)


def test_the_language_is_kept_with_the_person(site: Site) -> None:
    """A learner finds the language again in another browser."""
    learner = site.learner()
    site.client(learner).post(reverse("choose_language"), {"language": "hi-Latn", "next": "/"})
    assert "Pehle kadam" in site.client(learner).get("/").content.decode()


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_a_choice_never_leads_to_another_site(client: Client, address: str) -> None:
    """`next` is followed within this site only."""
    response = client.post(reverse("choose_theme"), {"theme": "dark", "next": address})
    assert response["Location"] == "/"


@pytest.mark.parametrize(("cookie", "shown"), [("63", 63), ("5", 47), ("a", 47), ("²", 47)])
def test_the_divider_stands_where_it_was_left(site: Site, cookie: str, shown: int) -> None:
    """The server renders the divider's place, and no place that would hide a pane."""
    client = site.client()
    client.cookies["split"] = cookie
    assert f'data-at="{shown}"' in client.get(LESSON).content.decode()


def test_no_page_carries_an_inline_style_or_script(site: Site) -> None:
    """The policy forbids both, so that a page that has one is broken."""
    learner = site.learner()
    site.begin(learner)
    for address in ("/", LESSON, f"/courses/{COURSE}/", "/progress/", "/accounts/sign-up/", "/accounts/sign-out/"):
        response = site.client(learner).get(address)
        page = response.content.decode()
        assert " style=" not in page
        assert "<script>" not in page
        assert "unsafe" not in response["Content-Security-Policy"]


def test_authors_see_what_is_not_proven(site: Site) -> None:
    """On the map and on the lesson's page, and nobody else does; it costs no query."""
    author = site.person("bhavna", is_staff=True)
    exercise = site.exercise()
    pages = (f"/courses/{COURSE}/", LESSON)
    Lesson.objects.update(is_text_proven=True)
    Exercise.objects.update(is_proven=True)
    counts = []
    # Who has opened a lesson has a machine, which the map asks for.
    site.client(author).get(LESSON)
    for is_proven in (True, False):
        Exercise.objects.filter(pk=exercise.pk).update(is_proven=is_proven)
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                shown = site.client(author).get(page).content.decode()
            counts.append(len(queries))
            assert ("ot proven since it changed" in shown) is not is_proven
            assert "ot proven since" not in site.client(site.learner()).get(page).content.decode()
    assert counts[:2] == counts[2:]
    assert f'href="#{exercise.slug}">exercise {exercise.number}</a>' in shown
