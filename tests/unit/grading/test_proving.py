"""Each exercise gets a fresh machine for each try, and all of them are gone afterwards."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from slipway.engine.fake import FakeEngine, FakeMachine
from slipway.engine.port import ExecResult
from slipway.grading.prove import main
from slipway.grading.tryout import without_remarks
from tests.lesson_sample import change, write_course


class Learner:
    """Plays what happens in a machine: setup, typing, and the observer's view of the container that was started."""

    def __init__(self, *, breaks_setup: bool = False) -> None:
        self.typed: list[str] = []
        self._breaks_setup = breaks_setup

    def setup(self, machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
        """Run a setup step: it must have its parameters."""
        if self._breaks_setup:
            return ExecResult(2, b"", b"no such file")
        machine.files["/app"] = next(word for word in argv if word.startswith("app=")).removeprefix("app=").encode()
        return ExecResult(0, b"", b"")

    def python(self, machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
        """Type a script, or observe."""
        if "attach.py" in str(argv):
            script = argv[5]
            self.typed.append(script)
            machine.files["/typed"] = script.encode()
            commands = [[line, 0] for line in script.splitlines() if line and not line.startswith("^")]
            return ExecResult(0, json.dumps({"commands": commands, "output": "", "trouble": ""}).encode(), b"")
        facts = {key: self._fact(machine, spec) for key, spec in json.loads(argv[-1]).items()}
        return ExecResult(0, json.dumps({"facts": facts, "failures": {}}).encode(), b"")

    def _fact(self, machine: FakeMachine, spec: dict[str, str]) -> dict[str, object]:
        if spec["kind"] == "command":
            return {"exit_status": 0, "stdout": "6.1\n", "stderr": ""}
        is_right = b"-d --name " + machine.files["/app"] in machine.files.get("/typed", b"")
        return {"exists": is_right, "State": {"Running": is_right}, "Config": {"Image": "nginx"}}


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """Give the folder of the sample lesson."""
    return write_course(tmp_path)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing: these machines change at once."""
    monkeypatch.setattr("slipway.grading.tryout.PATIENCE_SECONDS", 0.0)


def prove(
    learner: Learner, *arguments: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[dict[str, object]], FakeEngine]:
    """Prove with a fake engine; return status, lines of JSON, and the engine."""
    engine = FakeEngine(programs={"/bin/sh": learner.setup, "/opt/slipway/python": learner.python})
    status = main(
        [*arguments, "--json"], engine=engine, image_of=lambda name: f"slipway/{name}:1", lessons=Path("none")
    )
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()], engine


def test_a_sound_lesson_is_proven(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each exercise, and no machine or disk is left."""
    learner = Learner()
    status, lines, engine = prove(learner, str(lesson), capsys=capsys)
    assert status == 0, lines
    first, second = lines
    assert (first["exercise"], first["nothing_fails"], first["solution_passes"]) == ("run-it", True, True)
    assert first["wrong"] == {"front": True}
    assert first["lesson"] == "docker/06-first-container"
    assert second["ok"] is True
    assert engine.machines() == []
    assert engine.disks() == []
    assert any("docker run -d --name" in script for script in learner.typed)


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
    assert len(prove(Learner(), str(lesson.parents[1]), capsys=capsys)[1]) == 2
    assert prove(Learner(), str(lesson), "--exercise", "none", capsys=capsys)[0] == 1


def test_the_table_is_for_people(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json there is a row for each exercise."""
    learner = Learner()
    engine = FakeEngine(programs={"/bin/sh": learner.setup, "/opt/slipway/python": learner.python})
    assert main([str(lesson)], engine=engine, image_of=str, lessons=Path("none")) == 0
    shown = capsys.readouterr().out
    assert "run-it" in shown
    assert "which-port" in shown


def test_remarks_at_the_top_are_not_typed() -> None:
    """Comments further down may belong to a here-document."""
    assert without_remarks("#!/bin/bash\n# why\n\nls\n# kept\n") == "ls\n# kept"
