"""What lies around a course's lessons: topics that exercises cover, a glossary that texts link to, checked outputs."""

from pathlib import Path

from slipway.lessonfile.coverage import coverage_page, uncovered
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_course, load_lesson
from slipway.lessonfile.render import render

TOPICS = """\
- section: "1. Start"
  topics:
    run: "`docker run`"
    stop: "docker stop"
"""


def _say(path: Path) -> list[str]:
    return [f"{problem.message} {problem.instead}" for problem in lint(path)]


def _cover(folder: Path, topic: str) -> None:
    text = (folder / "lesson.yaml").read_text()
    (folder / "lesson.yaml").write_text(text.replace("  - id: run-it\n", f"  - id: run-it\n    covers: [{topic}]\n"))


def test_topics_are_covered_by_exercises(folder: Path) -> None:
    """The page names the exercise of each topic, and what nobody does is told."""
    (folder.parent / "topics.yaml").write_text(TOPICS)
    _cover(folder, "run")
    course = load_course(folder.parent)
    assert [topic.id for topic in uncovered(course)] == ["stop"]
    page = coverage_page(course)
    assert "## 1. Start" in page
    assert "| docker stop | **none** |" in page
    number = course.lessons[0].number
    assert f"| `docker run` | {number}.1 " in page


def test_an_unknown_topic_is_a_mistake(folder: Path) -> None:
    """A slip in `covers` is told with the nearest topic."""
    (folder.parent / "topics.yaml").write_text(TOPICS)
    _cover(folder, "rum")
    assert any("`rum` is no topic" in line and "`run`" in line for line in _say(folder.parent))


def test_a_term_shows_its_meaning(folder: Path) -> None:
    """A link to the glossary becomes a button with the meaning in the page's language; its words are escaped."""
    (folder.parent / "glossary.yaml").write_text("daemon: {en: 'Waits for <b>work</b>.', hi-Latn: 'Intezaar.'}\n")
    with (folder / "lesson.md").open("a") as text:
        text.write("\nThe [*da*emon & co](glossary:daemon) waits.\n")
    html = "".join(part.html for part in render(load_lesson(folder), "en", {}).parts)
    assert ">daemon &amp; co</button>" in html
    assert "Waits for &lt;b&gt;work" in html or "Waits for <b>work</b>" in html
    assert 'popovertarget="term-' in html


def test_an_unknown_term_is_a_mistake(folder: Path) -> None:
    """A link to a term that the glossary has not is told with its line."""
    (folder.parent / "glossary.yaml").write_text("daemon: {en: 'Waits.', hi-Latn: 'Intezaar.'}\n")
    with (folder / "lesson.md").open("a") as text:
        text.write("\nThe [demon](glossary:demon) waits.\n")
    assert any("no term `demon`" in line and "`daemon`" in line for line in _say(folder))


def test_an_output_stands_below_its_command(folder: Path) -> None:
    """What is compared with the machine needs a command above it."""
    with (folder / "lesson.md").open("a") as text:
        text.write("\n```output\nLinux\n```\n")
    assert any("follows no command" in line for line in _say(folder))
