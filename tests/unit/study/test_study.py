"""What learners keep: notes and marks beside sections, their place, and the certificate when a course is done."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from slipway.accounts.models import User
from slipway.courses.models import Course, Exercise
from slipway.grading.models import Progress
from slipway.study.models import Certificate, Place, Section
from tests.unit.site import COURSE, Site, make_site

LESSON = f"/courses/{COURSE}/first-steps/"
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def site(db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Site:
    """Give an installation in memory with a small course."""
    return make_site(monkeypatch, settings, tmp_path)


@pytest.fixture
def browser(site: Site) -> Client:
    """Give the browser of a learner in the first lesson."""
    learner = site.learner()
    site.ready(site.begin(learner))
    return site.client(learner)


def pass_all(site: Site) -> None:
    """Let the learner have passed every exercise of the small course."""
    for slug in ("first-steps", "second-steps"):
        attempt = site.begin(site.learner(), slug)
        exercises = Exercise.objects.filter(lesson__slug=slug, lesson__course__slug=COURSE)
        Progress.objects.filter(attempt=attempt, exercise__in=exercises).update(status=Progress.Status.PASSED)


def test_a_note_is_kept_and_exported(site: Site, browser: Client) -> None:
    """It stands on the page and in a Markdown file, as it was written; nobody else sees it."""
    text = "Ask about <b>`touch`</b>\r\n\r\n- twice"
    answer = browser.post(f"{LESSON}sections/make-a-file/note/", {"note": text}, **HTMX).content.decode()
    assert 'id="foot-make-a-file"' in answer
    assert "with your note" in answer
    assert "Ask about &lt;b&gt;`touch`" in browser.get(LESSON).content.decode()
    exported = browser.get(f"/courses/{COURSE}/notes.md")
    assert exported["Content-Disposition"] == f'attachment; filename="{COURSE}-notes.md"'
    assert exported.content.decode() == (
        "# A small course: notes\n\n## 1. First steps\n\n"
        f"### [Make one](http://testserver{LESSON}#make-a-file)\n\nAsk about <b>`touch`</b>\n\n- twice\n"
    )
    other = site.client(site.person("badri"))
    assert "There are no notes yet." in other.get(f"/courses/{COURSE}/notes.md").content.decode()
    browser.post(f"{LESSON}sections/make-a-file/note/", {"note": " "}, **HTMX)
    assert "There are no notes yet." in browser.get(f"/courses/{COURSE}/notes.md").content.decode()


def test_what_no_database_can_keep_is_left_out(browser: Client) -> None:
    """PostgreSQL refuses a NUL; the rest of the note is kept."""
    browser.post(f"{LESSON}sections/make-a-file/note/", {"note": "a\0b"}, **HTMX)
    assert Section.objects.get().note == "ab"


def test_a_note_that_is_too_long_says_so(browser: Client) -> None:
    """Nothing of it is cut off silently."""
    answer = browser.post(f"{LESSON}sections/make-a-file/note/", {"note": "x" * 4001}, **HTMX)
    assert "4001 characters, and 4000 are kept" in answer["HX-Trigger"]
    assert not Section.objects.exists()


def test_a_section_is_marked_as_read_and_back(browser: Client) -> None:
    """The page and its contents say so."""
    address = f"{LESSON}sections/s-what-comes-next/read/"
    answer = browser.post(address, {"is_read": "1"}, **HTMX).content.decode()
    assert 'aria-pressed="true"' in answer
    assert '<small class="quiet" lang="en">Read</small>' in answer
    browser.post(address, {"is_read": "0"}, **HTMX)
    assert not Section.objects.get().is_read


@pytest.mark.parametrize("path", ["sections/no-such/note/", "sections/no-such/read/", "place/"])
def test_only_sections_of_the_lesson_are_kept(browser: Client, path: str) -> None:
    """Another name is no page."""
    assert browser.post(LESSON + path, {"section": "no-such", "note": "x"}).status_code == 404
    assert not Section.objects.exists()


def test_the_place_is_found_again(browser: Client) -> None:
    """The newest one, on whatever device."""
    for section in ("make-a-file", "ask-the-kernel"):
        assert browser.post(f"{LESSON}place/", {"section": section}).status_code == 204
    assert Place.objects.get().section == "ask-the-kernel"
    assert 'data-place="ask-the-kernel"' in browser.get(LESSON).content.decode()


def test_strangers_keep_nothing(site: Site) -> None:
    """They are led to where one signs in, and their page has no places for it."""
    response = site.client().post(f"{LESSON}sections/make-a-file/note/", {"note": "x"})
    assert (response.status_code, response["Location"]) == (302, f"/accounts/sign-in/?next={LESSON}")
    page = site.client().get(LESSON).content.decode()
    assert "data-keep" not in page
    assert "Mark as read" not in page


def test_a_certificate_is_issued_once_the_course_is_done(site: Site, browser: Client) -> None:
    """Not before; with the name that was written, which stays; verified by anybody who has its address."""
    address = f"/certificates/of/{COURSE}/"
    assert "0 of 3 exercises passed" in browser.get(address).content.decode()
    assert browser.post(address, {"name": "Asha"}).status_code == 302
    assert not Certificate.objects.exists()
    pass_all(site)
    assert f'href="{address}"' in browser.get(f"/courses/{COURSE}/").content.decode()
    assert "You have passed all 3 exercises" in browser.get(address).content.decode()
    for name in ("", "  ", "x" * 81, "A\x00B"):
        browser.post(address, {"name": name})
        assert not Certificate.objects.exists()
    browser.post(address, {"name": " Asha  <Rao> "})
    browser.post(address, {"name": "Badri"})
    issued = Certificate.objects.get()
    assert (issued.name, issued.lessons, issued.exercises) == ("Asha <Rao>", 2, 3)
    assert browser.get(address)["Location"] == f"/certificates/{issued.id}/"
    page = Client().get(f"/certificates/{issued.id}/").content.decode()
    assert "This certificate is genuine" in page
    assert "Asha &lt;Rao&gt;" in page
    assert f"http://testserver/certificates/{issued.id}/" in page


def test_a_certificate_stays_when_course_and_learner_go(site: Site, browser: Client) -> None:
    """It was issued here, and says who wrote the name on it."""
    pass_all(site)
    browser.post(f"/certificates/of/{COURSE}/", {"name": "Asha Rao"})
    Course.objects.filter(slug=COURSE).delete()
    User.objects.filter(username="asha").delete()
    page = Client().get(f"/certificates/{Certificate.objects.get().id}/").content.decode()
    for said in ("This certificate is genuine", "The name is as its holder wrote it", "Asha Rao", "A small course"):
        assert said in page


def test_a_guest_signs_up_before_a_certificate(site: Site, browser: Client) -> None:
    """The page leads there, and whoever asks without it is told the same."""
    pass_all(site)
    User.objects.filter(username="asha").update(is_guest=True)
    address = f"/certificates/of/{COURSE}/"
    page = browser.get(address).content.decode()
    assert "Sign up first: you keep everything that you have done." in page
    assert f'href="/accounts/sign-up/?next={address}"' in page
    assert 'name="name"' not in page
    told = browser.post(address, {"name": "Asha"}, follow=True).content.decode()
    assert "A certificate needs an account." in told
    assert not Certificate.objects.exists()
    User.objects.filter(username="asha").update(is_guest=False)
    browser.post(address, {"name": "Asha"})
    assert Certificate.objects.get().course_title["en"] == "A small course"


def test_a_certificate_that_is_none_is_said_to_be_none(site: Site) -> None:
    """With what may be wrong."""
    response = Client().get("/certificates/00000000-0000-4000-8000-000000000000/")
    assert response.status_code == 404
    assert "No certificate has this number" in response.content.decode()


def test_the_search_page_leads_to_the_section(site: Site) -> None:
    """Strangers search too: what they may read, they may find."""
    page = Client().get("/search/", {"q": "smallest thing"}).content.decode()
    assert f'href="{LESSON}"' in page
    assert "<mark>smallest</mark>" in page
    assert "No section has all of these words" in Client().get("/search/", {"q": "zeppelin"}).content.decode()


def test_too_many_searches_wait(site: Site, browser: Client, settings: Settings) -> None:
    """Each account for itself, and everybody without one on the same address together."""
    settings.ACCOUNT_RATE_LIMITS = {"search": "2/m/user", "search_without_account": "1/m/ip"}
    cache.clear()
    asked = [browser.get("/search/", {"q": "smallest"}) for _ in range(3)]
    assert [response.status_code for response in asked] == [200, 200, 429]
    assert "Wait a moment and search again" in asked[-1].content.decode()
    assert browser.get("/search/").status_code == 200
    assert site.client(site.person("badri")).get("/search/", {"q": "smallest"}).status_code == 200
    assert Client().get("/search/", {"q": "smallest"}).status_code == 200
    guest = site.client(site.person("gast", is_guest=True))
    assert guest.get("/search/", {"q": "smallest"}).status_code == 429
    cache.clear()
