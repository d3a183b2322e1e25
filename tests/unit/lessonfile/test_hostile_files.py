"""A folder that means harm costs little and says clearly what is wrong."""

import os
from pathlib import Path

import pytest

from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.problems import LessonErrors


def test_a_yaml_bomb_is_refused_at_its_first_anchor(folder: Path) -> None:
    """Aliases that would grow to billions are never followed."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    (folder / "lesson.yaml").write_text("\n".join(lines))
    found = lint(folder)
    assert len(found) == 1
    assert "anchor" in found[0].message


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("title: [", 1), ("title: x\n  bad: y\n", 2), ("a: 'b\n", 1), ("\x00", 1), ("a: b\n\tc: d\n", 2), ("", 1),
        ("- 1\n", 1),
    ],
)  # fmt: skip
def test_broken_yaml_is_one_clear_problem(folder: Path, source: str, line: int) -> None:
    """One problem at its line, and no followers."""
    (folder / "lesson.yaml").write_text(source)
    found = [problem for problem in lint(folder) if problem.file == "lesson.yaml"]
    assert found
    assert abs(found[0].line - line) <= 1
    assert len(found) == 1 or source == "- 1\n"


def test_deep_nesting_ends(folder: Path) -> None:
    """Nesting beyond any use is reported and not a crash."""
    (folder / "lesson.yaml").write_text("a: " + "[" * 5000)
    assert "no YAML" in lint(folder)[0].message


def test_a_link_out_of_the_folder_is_refused(folder: Path) -> None:
    """A picture or a text must not be a window to the host's files."""
    (folder / "lesson.md").unlink()
    (folder / "lesson.md").symlink_to("/etc/passwd")
    (folder / "pictures" / "loop.svg").symlink_to("loop.svg")
    messages = {problem.file: problem.message for problem in lint(folder)}
    assert "leaves the lesson's folder" in messages["lesson.md"]


def test_a_large_file_is_refused(folder: Path) -> None:
    """Limits hold before anything is parsed."""
    (folder / "lesson.md").write_text("# x\n" + "a" * 600 * 1024)
    assert any("larger than 512 KiB" in problem.message for problem in lint(folder))


def test_many_files_are_refused(folder: Path) -> None:
    """A folder that is no lesson's is not read to its end."""
    for number in range(320):
        (folder / f"extra-{number}").touch()
    assert any("beyond 300 files" in problem.message for problem in lint(folder))


def test_another_encoding_is_told_with_its_line(folder: Path) -> None:
    """The line with the first wrong byte is named."""
    (folder / "lesson.md").write_bytes(b"# Title\n\ncaf\xe9\n")
    found = [problem for problem in lint(folder) if problem.file == "lesson.md"]
    assert (found[0].line, found[0].message) == (3, "This line is not UTF-8.")


def test_a_fifo_is_not_waited_for(folder: Path) -> None:
    """What is no ordinary file is not opened."""
    (folder / "lesson.hi-Latn.md").unlink()
    os.mkfifo(folder / "lesson.hi-Latn.md")
    with pytest.raises(LessonErrors):
        load_lesson(folder)
