"""Recordings of terminals are read with care, told as text, and played from what was read alone."""

import json
from pathlib import Path

import pytest

from slipway.lessonfile.exports import lesson_files
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.recordings import MAX_EVENTS, cast, faults, read
from slipway.lessonfile.render import Prose, render
from slipway.lessonfile.transcripts import plain
from tests.lesson_sample import change

V2 = '{"version": 2, "width": 80, "height": 24, "env": {"SHELL": "/bin/zsh"}}'
V3 = '{"version": 3, "term": {"cols": 80, "rows": 24, "theme": {"fg": "#fff"}}}'


def recorded(*events: object, header: str = V3) -> str:
    """Return a file with these events."""
    return "\n".join([header, *map(json.dumps, events), ""])


@pytest.fixture
def with_recording(folder: Path) -> Path:
    """Give the small lesson with a recording in its text."""
    (folder / "recordings").mkdir()
    (folder / "recordings" / "pull.cast").write_text(recorded([0.5, "o", "pulling <b>\r\n"]))
    change(folder, "## In between\n", '## In between\n\n![A pull](recordings/pull.cast "Slow")\n', "lesson.md")
    return folder


def test_both_versions_are_read_alike() -> None:
    """Version 3 counts from event to event, version 2 from the start; all else is left out."""
    old = read(recorded([1, "o", "a"], [1.5, "m", "here"], [3, "r", "90x30"], header=V2))
    new = read(
        recorded([1, "o", "a"], [0.5, "m", "here"], [1.5, "r", "90x30"], [9, "x", "0"]).replace("\n", "\n# x\n", 1)
    )
    assert old == new
    assert [(event.at, event.kind) for event in new.events] == [(1, "o"), (1.5, "m"), (3, "r")]
    assert (
        cast(old)
        == '{"version": 2, "width": 80, "height": 24}\n[1.0, "o", "a"]\n[1.5, "m", "here"]\n[3.0, "r", "90x30"]\n'
    )


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("", 1, "no JSON"),
        ("[" * 100_000, 1, "no JSON"),
        ('{"version": 1, "width": 80, "height": 24}', 1, "no asciicast"),
        ('{"version": [], "width": 80, "height": 24}', 1, "no asciicast"),
        ('{"version": 3, "term": [80, 24]}', 1, "240 columns"),
        ('{"version": 3, "width": 80, "height": 24}', 1, "240 columns"),
        ('{"version": 2, "width": 80, "height": 1000}', 1, "100 rows"),
        ('{"version": 2, "width": true, "height": 24}', 1, "240 columns"),
        (recorded([1, "o"]), 2, "no event"),
        (recorded([1, "o", "a"], [1, "om", "a"]), 3, "no event"),
        (recorded([-1, "o", "a"]), 2, "no event"),
        (recorded([True, "o", "a"]), 2, "no event"),
        (f'{V3}\n[NaN, "o", "a"]', 2, "no event"),
        (f'{V3}\n[1e999, "o", "a"]', 2, "no event"),
        (recorded([1, "i", "secret"]), 2, "password"),
        (recorded([1, "r", "9999x1"]), 2, "no size"),
        (recorded([1000, "o", "a"], [1000, "o", "a"]), 3, "30 minutes"),
        (recorded(*[[0, "o", "a"]] * (MAX_EVENTS + 1)), MAX_EVENTS + 2, "20000 events"),
        (recorded([1, "o", "docker run {{app}}"]), 2, "`{{app}}`"),
        (recorded([1, "o", "a\n" * 1001]), 1, "1000 lines"),
        (recorded([1, "o", "a" * 70_000]), 1, "65536 characters"),
        (recorded([1, "o", "\x1b[31m \r\n"]), 1, "Nothing"),
    ],
)
def test_what_a_page_would_not_show_is_told(source: str, line: int, says: str) -> None:
    """The author hears which line it is, what is wrong with it, and what to do."""
    [(found, message, instead)] = faults(source)
    assert found == line
    assert says in message
    assert instead


def test_words_of_docker_in_braces_are_no_parameters() -> None:
    """A recorded command may have a Go template."""
    assert faults(recorded([1, "o", "docker inspect -f '{{.State.Pid}}{{end}}'"])) == []


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("one\r\ntwo\r\n", "one\ntwo"),
        ("\x1b[1;31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\\x1b(B", "red link"),
        ("10 %\r20 %\r\x1b[Kdone", "done"),
        ("abc\b\bX", "aXc"),
        ("a\tb", "a       b"),
        ("one\r\ntwo\x1b[A\r\x1b[2KONE", "ONE\ntwo"),
        ("one\r\ntwo\r\n\x1b[H\x1b[Jfull", "full"),
        ("shell\r\n\x1b[?1049heditor\x1b[?1049lshell again", "shell\n\neditor\n\nshell again"),
        ("before\x1b[2J\x1b[Hafter", "before\n\nafter"),
        ("\x1b[3;5Hhere", "here"),
        ("abcdef\x1b[3G\x1b[2P", "abef"),
        ("\x1b[99999999999Cfar\x1b[99999999999Bdown", None),
        ("cut \x1b[", "cut"),
    ],
)
def test_a_screen_is_told_as_lines(printed: str, text: str | None) -> None:
    """What was written over is gone, what acted on the terminal is not shown, and no cursor runs away."""
    told = plain([printed], 24)
    assert len(told) < 2000
    if text is not None:
        assert told.strip() == text


def test_scrolled_lines_stay_as_they_are() -> None:
    """A program moves within the screen, whose first line is further down by then."""
    told = plain([f"{number}\r\n" for number in range(10)] + ["\x1b[HX"], 4).split("\n")
    assert told == ["0", "1", "2", "3", "4", "5", "6", "X", "8", "9"]


def test_a_sequence_may_be_cut_in_two() -> None:
    """Events end anywhere."""
    assert plain(["a\x1b[3", "1mb"], 24) == "ab"


def test_a_page_has_the_text_of_a_recording(with_recording: Path) -> None:
    """With the author's words, its caption and its address, and of the language's own recording if there is one."""
    (with_recording / "recordings" / "pull.hi-Latn.cast").write_text(recorded([0, "o", "kheench raha hai"]))
    change(with_recording, "![Do", "![Ek pull](recordings/pull.cast)\n\n![Do", "lesson.hi-Latn.md")
    lesson = load_lesson(with_recording)
    english, hinglish = (
        "".join(part.html for part in render(lesson, language, {"app": "otter"}).parts)
        for language in ("en", "hi-Latn")
    )
    assert '<figure class="figure recording" aria-label="A pull">' in english
    assert 'data-recording="recordings/pull.cast"' in english
    assert "pulling &lt;b&gt;" in english
    assert "<figcaption>Slow</figcaption>" in english
    assert 'data-recording="recordings/pull.hi-Latn.cast"' in hinglish
    assert "kheench raha hai" in hinglish
    assert any(isinstance(part, Prose) and "player" in part.html for part in render(lesson, "en", {}).parts)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("![A pull](recordings/push.cast)", "`recordings/push.cast` is missing"),
        ("![A pull](pull.cast)", "`pull.cast` is missing"),
        ("![](recordings/pull.cast)", "no text alternative"),
        ("See ![A pull](recordings/pull.cast).", "stands within a line"),
    ],
)
def test_a_recording_in_the_text_must_be_there_and_say_what_it_shows(
    with_recording: Path, written: str, says: str
) -> None:
    """Alone in its paragraph, with words for those who cannot see it."""
    change(with_recording, '![A pull](recordings/pull.cast "Slow")', written, "lesson.md")
    [problem] = lint(with_recording)
    assert says in problem.message
    assert problem.file.endswith("lesson.md")


def test_a_broken_recording_is_reported_by_its_file(with_recording: Path) -> None:
    """With the rest of the lesson's mistakes."""
    (with_recording / "recordings" / "pull.cast").write_text(recorded([1, "i", "x"]))
    [problem] = lint(with_recording)
    assert (Path(problem.file).name, problem.line) == ("pull.cast", 2)


def test_an_export_takes_recordings_along(with_recording: Path) -> None:
    """So that an import gives the same lesson."""
    assert "lesson/recordings/pull.cast" in lesson_files(with_recording)
