"""`./slipway lesson lint` says every mistake, and what is not proven as it is."""

import argparse
from pathlib import Path

import pytest

from slipway.command.lesson import main
from slipway.lessonfile import imports
from slipway.lessonfile.load import load_lesson
from slipway.proofs import ground, record
from slipway.proofs.digests import digests
from tests.lesson_sample import change, write_course


def lint(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Return the status, and what is said."""
    status = main(argparse.Namespace(words=["lint", str(path)]))
    return status, capsys.readouterr().out.splitlines()


def test_what_is_not_proven_is_no_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said in one line for each lesson, and the status stays 0."""
    folder = write_course(tmp_path)
    said = "docker/06-first-container: not proven since it changed: "
    assert lint(folder, capsys) == (0, [f"{said}all of it.", "No problem."])
    lesson = load_lesson(folder)
    now = digests(lesson, ground.current().of(lesson.image))
    for name, digest in now.items():
        record.keep(folder, name, digest, among=now)
    assert lint(folder, capsys) == (0, ["No problem."])
    change(folder, "    after: run-it\n", "")
    assert lint(tmp_path, capsys) == (0, [f"{said}which-port.", "No problem."])


def test_mistakes_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A lesson that cannot be read is not asked for its proofs."""
    folder = write_course(tmp_path)
    change(folder, "minutes: 10", "minutes: ten")
    status, lines = lint(folder, capsys)
    assert (status, lines[-1]) == (1, "1 problem.")
    assert len(lines) == 2


def test_an_export_says_what_is_only_here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An author knows before a learner does."""
    folder = write_course(tmp_path)
    change(folder, 'echo "$app" >/root/name', "hub-image x")
    assert main(argparse.Namespace(words=["export", str(folder), "--to", "killercoda", str(tmp_path / "out")])) == 0
    assert "not there: the program `hub-image` (setup)" in capsys.readouterr().out.splitlines()


def test_a_scenario_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, and the others are imported."""
    for name in ("bad", "good"):
        (tmp_path / "all" / name).mkdir(parents=True)
        (tmp_path / "all" / name / "index.json").write_text('{"title": "T", "details": {"intro": {"text": "a.md"}}}')
        (tmp_path / "all" / name / "a.md").write_text("Words.\n")

    def refusing(path: Path, *rest: object) -> imports.Imported:
        if path.name == "bad":
            raise PermissionError(13, "Permission denied", str(path / "a.md"))
        return imports.import_scenario(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("slipway.command.lesson.import_scenario", refusing)
    words = ["import", str(tmp_path / "all"), "--into", str(tmp_path / "course")]
    assert main(argparse.Namespace(words=words)) == 1
    said = capsys.readouterr().out
    assert "Permission denied" in said
    assert "1 of 2 scenarios are lessons" in said
