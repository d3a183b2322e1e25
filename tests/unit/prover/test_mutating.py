"""A solution is tried without each of its lines, so that a line which no check misses is found."""

from pathlib import Path
from typing import Any

import pytest

from tests.lesson_sample import change
from tests.unit.prover.learner import Learner, prove

RUN = "docker run -d --name {{app}} nginx"


def mutate(
    lesson: Path, script: str, *arguments: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[dict[str, Any]], Learner]:
    """Leave out each line of a script that passes the first exercise."""
    (lesson / "solutions" / "run-it.sh").write_text(script)
    learner = Learner()
    status, lines, engine = prove(learner, str(lesson), "--mutate", *arguments, capsys=capsys)
    assert engine.machines() == []
    return status, lines, learner


def test_a_line_that_no_check_misses_is_told(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its place; the one that does it is noticed."""
    status, lines, _ = mutate(lesson, f"# why\n{RUN}\n\ndocker ps\n", capsys=capsys)
    assert status == 1
    assert [(line["line"], line["noticed"]) for line in lines] == [(2, True), (4, False)]
    assert lines[1]["text"] == "docker ps"
    assert "solutions/run-it.sh:4: no check notices when this is left out: `docker ps`." in lines[1]["notes"][0]


def test_a_line_may_say_why_none_does(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is not left out then, and the remark is never typed."""
    status, lines, learner = mutate(lesson, f"{RUN}\ndocker ps  # unchecked: only looks\n", capsys=capsys)
    assert (status, [line["line"] for line in lines]) == (0, [1])
    assert "docker ps" in learner.typed
    assert not [line for line in learner.typed if "unchecked" in line]


def test_a_solution_of_one_line_is_left_alone(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To do nothing is tried anyway."""
    assert mutate(lesson, f"{RUN}\n\n", capsys=capsys)[:2] == (0, [])


def test_lines_that_belong_together_go_together(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A here-document is one command; keys are commands, too."""
    _, lines, _ = mutate(lesson, f"{RUN}\ncat <<'END'\na\n\nEND\n^C\n", capsys=capsys)
    assert [line["text"] for line in lines][1:] == ["cat <<'END'\na\n\nEND", "^C"]


def test_a_rest_that_hangs_counts_as_noticed(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is given little time."""
    status, lines, learner = mutate(lesson, f"{RUN}\nhang\n", capsys=capsys)
    assert (status, [line["noticed"] for line in lines]) == (1, [True, False])
    assert learner.seconds == {90.0}


def test_a_machine_that_cannot_be_had_finds_out_nothing(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """That is told, and is not taken for noticed."""
    (lesson / "solutions" / "run-it.sh").write_text(f"{RUN}\ndocker ps\n")
    status, lines, _ = prove(Learner(breaks_setup=True), str(lesson), "--mutate", capsys=capsys)
    assert (status, {line["noticed"] for line in lines}) == (1, {False})
    assert "could not be tried without this line: setup ended with 2" in str(lines[0]["notes"])


def test_what_comes_before_is_done_whole(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exercises named by `after` are solved first, and only one exercise may be asked for."""
    change(lesson, 'solution: {answers: {answer: "{{port}}"}}', "solution: {answers: {answer: '{{port}}'}}")
    (lesson / "solutions" / "which-port.sh").write_text("ss -ltn\ncurl localhost\n")
    status, lines, learner = mutate(lesson, f"{RUN}\ndocker ps\n", "--exercise", "which-port", capsys=capsys)
    assert (status, len(lines)) == (1, 2)
    assert learner.typed.count("docker ps") == 2


@pytest.mark.parametrize("option", ["--changed", "--text"])
def test_it_goes_with_solutions_alone(lesson: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever asks for what would do nothing is told."""
    with pytest.raises(SystemExit):
        prove(Learner(), str(lesson), "--mutate", option, capsys=capsys)
    assert "--mutate leaves out lines of solutions" in capsys.readouterr().err
