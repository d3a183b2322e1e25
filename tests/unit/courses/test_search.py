"""Search finds sections by beginnings of words, ranks headings first, and shows hits in their context, escaped."""

import pytest

from slipway.courses import search
from slipway.courses.models import Course, Lesson, Passage
from tests.unit.sandboxes.world import make_lesson

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson() -> Lesson:
    """Give a lesson of three sections in two languages."""
    lesson = make_lesson()
    texts = [
        ("en", "s-one", "Volumes", "A <b>volume</b> & its data outlive the container."),
        ("en", "s-two", "Containers", "They share the kernel, and volumes may be shared. " + "So it goes on. " * 40),
        ("en", "s-three", "The end", "Nothing of that kind."),
        ("hi-Latn", "s-one", "Volumes", "Volume container ke baad bhi rehta hai."),
    ]
    Passage.objects.bulk_create(
        Passage(lesson=lesson, language=language, section=section, position=at, title=title, body=body)
        for at, (language, section, title, body) in enumerate(texts)
    )
    search.refresh()
    return lesson


def found(query: str, language: str = "en") -> list[str]:
    """Return the sections that are found, the best first."""
    return [hit.section for hit in search.find(query=query, language=language)]


def test_headings_come_first(lesson: Lesson) -> None:
    """All words must be there; other forms of a word and beginnings will do."""
    assert found("volume") == ["s-one", "s-two"]
    assert found("VOLUMES") == ["s-one", "s-two"]
    assert found("kern volum") == ["s-two"]
    assert found("kernel nothing") == []


def test_a_single_letter_is_a_word(lesson: Lesson) -> None:
    """Nearly every text has a word that begins with it: that would find all and cost most."""
    assert found("k") == []
    assert found("v kernel") == []


def test_each_language_is_searched_by_itself(lesson: Lesson) -> None:
    """A reader of Hinglish gets the Hinglish text."""
    assert found("rehta", "hi-Latn") == ["s-one"]
    assert found("rehta") == []


def test_hits_stand_in_context_and_nothing_acts(lesson: Lesson) -> None:
    """What a text has of HTML is shown as text; a long one is cut around the hit."""
    first, second = search.find(query="volume", language="en")
    assert first.title == "<mark>Volumes</mark>"
    assert "<mark>volume</mark>" in first.context
    assert "&amp; its data" in first.context
    # PostgreSQL leaves tags out of what it shows, SQLite shows them as text.
    assert "<b>" not in first.context
    assert "<mark>volumes</mark>" in second.context
    assert len(second.context) < 300


@pytest.mark.parametrize(
    "query", ["", "  ", '"', "NOT", "a OR", "title:x", "(", "*", "vol*) --", "'; DROP", "x " * 99, "é" * 500]
)
def test_no_query_breaks_it(lesson: Lesson, query: str) -> None:
    """Signs of the databases' own query languages mean nothing."""
    search.find(query=query, language="en")


def test_what_is_not_listed_is_not_found(lesson: Lesson) -> None:
    """Neither of a lesson nor of a course that is gone."""
    Lesson.objects.update(is_listed=False)
    assert found("volume") == []
    Lesson.objects.update(is_listed=True)
    Course.objects.update(is_listed=False)
    assert found("volume") == []
