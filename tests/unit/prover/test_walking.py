"""A lesson's text is walked through on one machine: each block is run, each exercise done at its place."""

from pathlib import Path
from typing import Any

import pytest

from tests.lesson_sample import change
from tests.unit.prover.learner import Learner, prove

BLOCK = "```sh\ndocker run -d --name {{app}} nginx\n```\n"


def write(lesson: Path, text: str, *, place: str = "## In between\n", hinglish: str = "### Kaunsa port?") -> None:
    """Put blocks before a heading of the sample, in both languages."""
    change(lesson, place, f"{text}\n{place}", "lesson.md")
    change(lesson, hinglish, f"{text}\n{hinglish}", "lesson.hi-Latn.md")


def walk(lesson: Path, learner: Learner, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Prove the text alone; return the status and its line."""
    status, lines, engine = prove(learner, str(lesson), "--text", capsys=capsys)
    assert engine.machines() == []
    assert engine.disks() == []
    assert len(lines) == 1
    return status, lines[0]


def test_a_text_is_walked_through(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its blocks are run where they stand, the solution comes at the end of its section, the machine is one."""
    write(lesson, "```sh\nuname -r\n```\n\n```output\n6.…\n```\n")
    learner = Learner(prints={"uname -r": "\x1b[1m6.1\x1b[0m"})
    status, text = walk(lesson, learner, capsys)
    assert status == 0, text
    assert (text["exercise"], text["blocks"], text["outputs"], text["undone"]) == ("(text)", 2, 1, [])
    block, look, solution = learner.typed
    assert (block, look) == (solution, "uname -r")


def test_another_output_is_found(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The note names the line, what it shows and what was printed; the walk goes on."""
    write(lesson, "```sh\nuname -r\n```\n\n```output\nfirst\n5.10\n```\n")
    line = (lesson / "lesson.md").read_text().splitlines().index("5.10") + 1
    learner = Learner(prints={"uname -r": "first\r\n6.1"})
    status, text = walk(lesson, learner, capsys)
    assert status == 1
    assert text["notes"] == [f"lesson.md:{line}: below `uname -r` the text shows `5.10`, and printed was `6.1`."]
    assert learner.typed[-1].startswith("docker run -d")


def test_a_block_that_fails_must_show_it(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip in a command is found; one that is meant to fail shows what it says."""
    write(lesson, "```sh\nmissing\n```\n")
    status, text = walk(lesson, Learner(prints={"missing": "bash: missing: command not found"}), capsys)
    assert status == 1
    assert "`missing` fails with 127, and no `output` below shows that it does." in text["notes"][0]
    assert "command not found" in text["notes"][0]


def test_a_block_that_is_meant_to_fail_may(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page tells what it says."""
    write(lesson, "```sh\nmissing\n```\n\n```output\n…not found\n```\n")
    assert walk(lesson, Learner(prints={"missing": "bash: missing: command not found"}), capsys)[0] == 0


def test_a_block_that_hangs_ends_the_walk(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stands below could only be told wrongly."""
    write(lesson, "```sh\nhang\n```\n\n```sh\nls\n```\n")
    learner = Learner()
    status, text = walk(lesson, learner, capsys)
    assert status == 1
    assert "`hang`: the prompt did not come back" in text["notes"][0]
    assert "ls" not in learner.typed


def test_a_solution_must_pass_at_its_place(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the machine as the text has made it by then."""
    (lesson / "solutions" / "run-it.sh").write_text("docker run nginx\n")
    change(lesson, BLOCK, "", "lesson.md")
    change(lesson, BLOCK, "", "lesson.hi-Latn.md")
    status, text = walk(lesson, Learner(), capsys)
    assert status == 1
    assert (
        "run-it: the solution does not pass here. runs: expected exists = true; State.Running = true"
        in text["notes"][0]
    )


def test_a_text_must_not_do_the_exercise(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stands above an exercise's section leaves it to be done; in the section it may be shown."""
    change(lesson, BLOCK, "", "lesson.md")
    change(lesson, BLOCK, "", "lesson.hi-Latn.md")
    write(lesson, BLOCK, place="## Start it {#run-it}", hinglish="## Start kijiye {#run-it}")
    status, text = walk(lesson, Learner(), capsys)
    assert status == 1
    assert text["notes"] == ["run-it: it passes before its section is read, by what stands above."]


def test_what_a_later_exercise_undoes_is_told_and_no_fault(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who passed keeps it, so a later exercise may remove what an earlier one made."""
    (lesson / "solutions" / "which-port.sh").write_text("docker rm -f {{app}}\n")
    status, text = walk(lesson, Learner(), capsys)
    assert (status, text["undone"]) == (0, ["run-it"])
