"""Each exercise gets a fresh machine for each try, and all of them are gone afterwards."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from slipway.engine.fake import FakeEngine, FakeMachine
from slipway.engine.port import ExecResult
from slipway.lessonfile.lint import lint
from slipway.prover.main import main
from tests.lesson_sample import change
from tests.unit.prover.learner import Learner, prove


def test_a_sound_lesson_is_proven(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each exercise and one for the text, and no machine or disk is left."""
    learner = Learner()
    status, lines, engine = prove(learner, str(lesson), capsys=capsys)
    assert status == 0, lines
    first, second, text = lines
    assert (first["exercise"], first["nothing_fails"], first["solution_passes"]) == ("run-it", True, True)
    assert first["wrong"] == {"front": True}
    assert first["lesson"] == "docker/06-first-container"
    assert second["ok"] is True
    assert (text["exercise"], text["ok"], text["blocks"], text["outputs"]) == ("(text)", True, 1, 0)
    assert engine.machines() == []
    assert engine.disks() == []
    assert any("docker run -d --name" in line for line in learner.typed)


def test_what_passes_with_nothing_done_is_found(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A check that a fresh machine meets is no check."""
    change(lesson, "expect: {State.Running: true, Config.Image: nginx}", "expect: {exists: false}")
    status, lines, _ = prove(Learner(), str(lesson), "--exercise", "run-it", capsys=capsys)
    assert status == 1
    assert lines[0]["nothing_fails"] is False
    assert "passes with nothing done" in str(lines[0]["notes"])


def test_a_solution_that_does_not_pass_is_found(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The note says what was expected and observed."""
    (lesson / "solutions" / "run-it.sh").write_text("docker run nginx\n")
    status, lines, _ = prove(Learner(), str(lesson), "--exercise", "run-it", capsys=capsys)
    assert status == 1
    assert lines[0]["solution_passes"] is False
    assert "observed exists = false" in str(lines[0]["notes"])


def test_a_wrong_attempt_needs_its_own_mistake(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To fail is not enough: the hint must be the one that was meant."""
    change(lesson, "docker run (?!.*-d)", "never typed")
    status, lines, _ = prove(Learner(), str(lesson), capsys=capsys)
    assert status == 1
    assert lines[0]["wrong"] == {"front": False}
    assert "meant for `in-front`, named no mistake" in str(lines[0]["notes"])


def test_a_wrong_attempt_that_passes_is_found(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The checks do not tell it from a solution."""
    (lesson / "solutions" / "run-it.front.sh").write_text("docker run -d --name {{app}} nginx\n")
    _, lines, _ = prove(Learner(), str(lesson), capsys=capsys)
    assert "do not tell it from a solution" in str(lines[0]["notes"])


def test_a_broken_setup_fails_and_leaves_nothing(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its last words are told."""
    status, lines, engine = prove(Learner(breaks_setup=True), str(lesson), capsys=capsys)
    assert status == 1
    assert "setup ended with 2: no such file" in str(lines[0]["notes"])
    assert engine.machines() == []
    assert engine.disks() == []


def test_a_lesson_with_mistakes_is_not_tried(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The mistakes are shown instead."""
    change(lesson, "minutes: 10", "minutes: ten")
    assert prove(Learner(), str(lesson), capsys=capsys)[:2] == (1, [])


def test_a_whole_course_is_proven(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder of courses will do as well, and an exercise that is nowhere is told."""
    assert len(prove(Learner(), str(lesson.parents[1]), capsys=capsys)[1]) == 3
    assert prove(Learner(), str(lesson), "--exercise", "none", capsys=capsys)[0] == 1


def test_the_table_is_for_people(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json there is a row for each exercise."""
    learner = Learner()
    engine = FakeEngine(programs={"/bin/sh": learner.setup, "/opt/slipway/python": learner.python})
    assert main([str(lesson)], engine=engine, image_of=str, lessons=Path("none")) == 0
    shown = capsys.readouterr().out
    assert "run-it" in shown
    assert "which-port" in shown


def test_an_exercise_is_tried_with_the_setup_that_it_needs(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A step for others is not run, and what is remembered of it is not looked for; the text has all of it."""
    step = '      echo "$app" >/root/name\n'
    other = """  - title: {en: "Another", hi-Latn: "Ek aur"}
    script: exit 3
    for: [which-port]
"""
    change(lesson, step, step + other)
    assert lint(lesson) == []
    status, lines, _ = prove(Fragile(), str(lesson), "--exercise", "run-it", capsys=capsys)
    assert status == 0, lines
    for words in (("--exercise", "which-port"), ("--text",)):
        status, lines, _ = prove(Fragile(), str(lesson), *words, capsys=capsys)
        assert (status, "setup ended with 3" in str(lines[0]["notes"])) == (1, True)


class Fragile(Learner):
    """One whose machine breaks at a step that ends with 3."""

    def setup(self, machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
        """Run a setup step."""
        return ExecResult(3, b"", b"") if "exit 3" in argv[-2] else super().setup(machine, argv)
