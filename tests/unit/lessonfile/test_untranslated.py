"""A translation may leave out whole sections: the page and the search have them in English, and lint stays quiet."""

from pathlib import Path

import pytest

from slipway.lessonfile.contents import passages
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.render import ExercisePart, Prose, RenderedLesson, render
from tests.lesson_sample import change

VALUES = {"app": "otter", "port": "8123", "kernel": "6.1"}
HINGLISH = "lesson.hi-Latn.md"
FIRST = """## Start kijiye {#run-it}

`{{app}}` ko chalaiye.

```sh
docker run -d --name {{app}} nginx
```
"""


def rendered(folder: Path) -> RenderedLesson:
    """Render the sample in Hinglish; it is without a mistake."""
    assert [str(problem) for problem in lint(folder)] == []
    return render(load_lesson(folder), "hi-Latn", VALUES)


def told(page: RenderedLesson) -> list[tuple[str, str]]:
    """Return section and language of each part."""
    return [
        (part.exercise_id if isinstance(part, ExercisePart) else part.section, part.language) for part in page.parts
    ]


def test_missing_sections_stand_at_their_place_in_english(folder: Path) -> None:
    """Those without an id too, where the translation has none between its neighbours; its own stay as they are."""
    assert told(rendered(folder)) == [
        ("run-it", "hi-Latn"), ("s-in-between", "en"), ("which-port", "hi-Latn"), ("s-the-end", "en"),
    ]  # fmt: skip
    change(folder, FIRST, "Yahan se shuru.\n\n", HINGLISH)
    page = rendered(folder)
    assert (page.title, page.language) == ("Pehla container", "hi-Latn")
    assert told(page) == [
        ("", "hi-Latn"), ("run-it", "en"), ("s-in-between", "en"), ("which-port", "hi-Latn"), ("s-the-end", "en"),
    ]  # fmt: skip
    card = page.parts[1]
    assert isinstance(card, ExercisePart)
    assert (card.number, card.title) == (1, "Start it")
    assert "docker run -d --name otter nginx" in card.html
    assert [(line.id, line.language) for line in page.contents] == told(page)[1:]


def test_nothing_but_a_title_will_do(folder: Path) -> None:
    """A translation may be begun with one line."""
    (folder / HINGLISH).write_text("# Pehla container\n")
    english = render(load_lesson(folder), "en", VALUES)
    assert [each for each, _ in told(rendered(folder))] == [each for each, _ in told(english)][1:]


def test_a_missing_section_has_all_that_it_refers_to(folder: Path) -> None:
    """Footnotes, link definitions and terms of another part of lesson.md; ids are kept apart from the translation's."""
    (folder.parent / "glossary.yaml").write_text("daemon: {en: Waits., hi-Latn: Intezaar.}\n")
    change(folder, "| a | b |", "The [daemon](glossary:daemon)[^2], see [there].\n\n| a | b |", "lesson.md")
    change(folder, "[^1]:", "[there]: https://example.org/{{app}}\n\n[^2]: A note.\n\n[^1]:", "lesson.md")
    change(folder, "{#which-port}\n", "{#which-port}\n\n[daemon](glossary:daemon)[^1]\n\n[^1]: Ek.\n", HINGLISH)
    page = rendered(folder)
    between, own, english = page.parts[1], page.parts[-2], page.parts[-1]
    assert 'href="https://example.org/otter"' in between.html
    assert "Waits." in between.html
    assert "Intezaar." in page.parts[2].html
    assert 'href="#fn-en-1"' in between.html
    assert [isinstance(part, Prose) and part.section for part in (own, english)] == ["", ""]
    assert ("Ek." in own.html, 'id="fn-hi-Latn-1"' in own.html, own.language) == (True, True, "hi-Latn")
    assert ("A note." in english.html, 'id="fn-en-1"' in english.html, english.language) == (True, True, "en")
    assert "A number." not in english.html
    whole = "".join(part.html for part in page.parts)
    ids = [piece.partition('"')[0] for piece in whole.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_call_outs_and_pictures_of_a_missing_section_are_english(folder: Path) -> None:
    """All of it is in one language."""
    own = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>Dabbe</title></svg>'
    (folder / "pictures" / "boxes.hi-Latn.svg").write_text(own)
    change(folder, "![Two boxes]", "> [!NOTE]\n> Look.\n\n![Two boxes]", "lesson.md")
    between = rendered(folder).parts[1]
    assert '<p class="note-title">Note</p>' in between.html
    assert "Boxes" in between.html
    assert "Dabbe" not in between.html


def test_missing_sections_are_searched_in_english(folder: Path) -> None:
    """As they are shown, with what stands inside of their cards."""
    change(folder, "```\n\n## In", "```\n\n### Details\n\nDeep in it.\n\n## In", "lesson.md")
    change(folder, FIRST, "", HINGLISH)
    found = passages(load_lesson(folder), "hi-Latn")
    assert [passage.id for passage in found] == ["run-it", "s-details", "s-in-between", "which-port", "s-the-end"]
    assert found[1].body == "Deep in it."
    assert found[3].title == "Kaunsa port?"


def test_a_section_with_an_id_can_be_missing_among_others(folder: Path) -> None:
    """An id that begins with `s-` needs no exercise and no link, so that a translation can be held against it."""
    change(folder, "## The end", "## Later\n\n## New {#s-new}\n\n```sh\nls\n```\n\n## The end", "lesson.md")
    with (folder / HINGLISH).open("a") as text:
        text.write("\n## Baad mein\n\n## Ant\n")
    page = rendered(folder)
    assert told(page)[-3:] == [("s-later", "hi-Latn"), ("s-new", "en"), ("s-the-end", "hi-Latn")]


def say(folder: Path) -> list[str]:
    """Return what lint says about the translation."""
    return [
        f"{problem.line}: {problem.message} {problem.instead}" for problem in lint(folder) if problem.file == HINGLISH
    ]


def test_headings_that_cannot_be_matched_are_asked_about(folder: Path) -> None:
    """Fewer or more than in English, and nothing says which: nobody guesses, and nothing is lost."""
    change(folder, "## The end", "## Later\n\n## The end", "lesson.md")
    with (folder / HINGLISH).open("a") as text:
        text.write("\n## Ant\n")
    asked = "Give each the id of what it translates: `{#s-later}`, `{#s-the-end}`."
    assert say(folder) == [f"15: Headings without an id from here on: 1. At that place in lesson.md: 2. {asked}"]
    change(folder, "## Ant", "## Ant {#s-the-end}", HINGLISH)
    assert told(rendered(folder))[-2:] == [("s-later", "en"), ("s-the-end", "hi-Latn")]
    change(folder, "## In between\n", "", "lesson.md")
    change(folder, "### Kaunsa", "## Beech\n\n### Kaunsa", HINGLISH)
    assert any("in lesson.md: 0. Write the section in lesson.md too" in line for line in say(folder))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("## Start kijiye {#run-it}", "## Start {#run-its}", "lesson.md has no section `run-its`. Write `run-it`."),
        ("docker run -d", "docker run", "lesson.md runs another command in line 10. Write the same."),
        ("```sh\ndocker run -d --name {{app}} nginx\n```", "", "The command in line 10 of lesson.md is missing."),
        ("![Do dabbe]", "```sh\nls\n```\n\n![Do dabbe]", "lesson.md has no such command."),
        ("![Do dabbe]", "## Phir {#run-it}\n\n![Do dabbe]", "The id `run-it` stands on two headings."),
    ],
)
def test_what_is_translated_is_held_against_english(folder: Path, old: str, new: str, message: str) -> None:
    """A section that English has not, and other commands in one that both have, are mistakes as before."""
    change(folder, "## The end", "## The end\n\n```sh\ndf\n```\n", "lesson.md")
    assert say(folder) == []
    change(folder, old, new, HINGLISH)
    assert any(message in line for line in say(folder)), say(folder)


def test_a_heading_missing_inside_of_a_translated_card_is_a_mistake(folder: Path) -> None:
    """A card is in one language, and a link to the heading would lead nowhere."""
    change(folder, "```\n\n## In", "```\n\n### Why {#why}\n\n[Why](#why)\n\n## In", "lesson.md")
    assert any("`why` is missing in a section that is translated" in line for line in say(folder))
    change(folder, FIRST, "", HINGLISH)
    assert told(rendered(folder))[0] == ("run-it", "en")
