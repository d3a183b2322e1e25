"""What was proven is written beside the lesson, so that it can be told what changed since."""

import os
from dataclasses import replace
from pathlib import Path

from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson
from slipway.proofs import record
from slipway.proofs.digests import TEXT, digests
from slipway.proofs.ground import Grounds
from tests.lesson_sample import change

NAMES = ("run-it", "which-port", TEXT)


def prove_all(folder: Path, grounds: Grounds) -> None:
    """Record everything as proven as it is."""
    lesson = load_lesson(folder)
    for name, digest in digests(lesson, grounds.of(lesson.image)).items():
        record.keep(folder, name, digest, among=NAMES)


def test_what_is_recorded_is_proven(folder: Path, grounds: Grounds) -> None:
    """Until it changes."""
    assert record.unproven(load_lesson(folder), grounds) == NAMES
    prove_all(folder, grounds)
    assert record.unproven(load_lesson(folder), grounds) == ()
    change(folder, 'docker run (?!.*-d)"', 'docker run (?!.*--detach)"')
    assert record.unproven(load_lesson(folder), grounds) == ("run-it",)
    assert record.unproven(load_lesson(folder), replace(grounds, code="code-2")) == NAMES


def test_the_file_is_the_same_in_whatever_order(folder: Path) -> None:
    """And is not touched when it says so already."""
    for name in ("b", "a", "c"):
        record.keep(folder, name, f"hash of {name}", among=("a", "b", "c"))
    path = folder / record.FILE
    assert path.read_text() == '{\n  "a": "hash of a",\n  "b": "hash of b",\n  "c": "hash of c"\n}\n'
    before = path.stat().st_mtime_ns
    record.keep(folder, "a", "hash of a", among=("a", "b", "c"))
    assert path.stat().st_mtime_ns == before


def test_what_failed_or_is_gone_is_forgotten(folder: Path) -> None:
    """So that nobody takes it for proven."""
    record.keep(folder, "old", "1", among=("old",))
    record.keep(folder, "a", "2", among=("a", "b"))
    record.keep(folder, "b", "3", among=("a", "b"))
    record.keep(folder, "a", None, among=("a", "b"))
    assert record.read(folder) == {"b": "3"}


def test_a_file_that_makes_no_sense_proves_nothing(folder: Path, grounds: Grounds) -> None:
    """It is as if there were none."""
    for text in ("{", "[1]", '{"run-it": 3}', "\udcff", "[" * 100_000, " " * 70_000 + "{}"):
        (folder / record.FILE).write_text(text, errors="surrogateescape")
        assert record.unproven(load_lesson(folder), grounds) == NAMES


def test_a_link_is_not_written_through(folder: Path) -> None:
    """What it leads to stays as it is."""
    before = (folder / "lesson.md").read_text()
    (folder / record.FILE).symlink_to("lesson.md")
    record.keep(folder, "a", "1", among=("a",))
    assert (folder / "lesson.md").read_text() == before
    assert record.read(folder) == {"a": "1"}


def test_a_pipe_holds_nobody_up(folder: Path) -> None:
    """It is not waited for, and lint says that it does not belong there."""
    os.mkfifo(folder / record.FILE)
    assert record.read(folder) == {}
    assert [problem.message for problem in lint(folder)] == ["The file is no ordinary file."]
