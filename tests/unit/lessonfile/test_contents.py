"""Every section of a text has an id, the same in each language, and words to be searched."""

from pathlib import Path

from slipway.lessonfile.contents import aligned, passages
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.render import Prose, render
from tests.lesson_sample import change

VALUES = {"app": "otter", "port": "8150", "kernel": "6.1"}


def test_headings_without_an_id_get_one_of_their_words(folder: Path) -> None:
    """Those that have one keep it, and two of the same words are told apart."""
    change(folder, "## The end", "## In between\n\n## The end", "lesson.md")
    ids = aligned(load_lesson(folder), "en").ids
    assert ids == ("", "run-it", "s-in-between", "which-port", "s-in-between-2", "s-the-end")


def test_a_translation_has_the_same_ids(folder: Path) -> None:
    """Those without an id are matched by their places between two that both texts have; or they take the English id."""
    assert aligned(load_lesson(folder), "hi-Latn").ids == ("", "run-it", "which-port")
    change(folder, "### Kaunsa", "## Beech mein\n\n### Kaunsa", "lesson.hi-Latn.md")
    assert aligned(load_lesson(folder), "hi-Latn").ids == ("", "run-it", "s-in-between", "which-port")
    change(folder, "## The end", "### Then\n\n## The end", "lesson.md")
    change(folder, "![Do", "## Ant {#s-the-end}\n\n![Do", "lesson.hi-Latn.md")
    found = aligned(load_lesson(folder), "hi-Latn")
    assert found.ids == ("", "run-it", "s-in-between", "which-port", "s-the-end")
    assert found.missing == {"s-then"}


def test_the_page_has_its_contents_and_a_part_for_each_section(folder: Path) -> None:
    """What stands between exercises is divided at its headings, which carry their ids."""
    page = render(load_lesson(folder), "en", VALUES)
    assert [(line.id, line.level) for line in page.contents] == [
        ("run-it", 2), ("s-in-between", 2), ("which-port", 3), ("s-the-end", 2),
    ]  # fmt: skip
    prose = [part for part in page.parts if isinstance(part, Prose)]
    assert [part.section for part in prose] == ["", "s-in-between", "s-the-end", ""]
    assert '<h2 id="s-in-between">In between</h2>' in prose[1].html


def test_passages_hold_all_words_and_no_markup(folder: Path) -> None:
    """Prose, code, tables, call-outs and what pictures show; parameters stand there by name."""
    found = {passage.id: passage for passage in passages(load_lesson(folder), "en")}
    assert found[""].body == "It will be called {app}, and {app} it is."
    assert found["run-it"].title == "Start it"
    assert "docker run -d --name {app} nginx" in found["run-it"].body
    assert "Two boxes" in found["s-in-between"].body
    assert "There are 65535." in found["which-port"].body
