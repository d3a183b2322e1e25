"""A drill changes the machine before it is looked at: only when its exercise was asked for, and its end is a result."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from slipway.engine.fake import FakeMachine
from slipway.engine.port import ExecResult, RunTimeoutError
from slipway.grading import actions, judging, observing, services
from slipway.grading.drills import drill
from slipway.grading.errors import GradingError
from slipway.grading.judging import DRILL, Drilled, Observations
from slipway.grading.models import CheckRun, Progress
from slipway.grading.services import EndedCommand
from slipway.lessonfile import model
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson
from tests.lesson_sample import change, write_course
from tests.unit.grading.world import Classroom
from tests.unit.prover.learner import Learner, prove
from tests.unit.sandboxes.world import REAL_COMMITS

STEP = model.SetupStep({"en": "All is taken down and brought up"}, "docker compose down\n")
DRILLED = """\
    points: 5
    drill:
      title: {en: "Down and up", hi-Latn: "Neeche aur upar"}
      script: test -n "$app"
"""


@pytest.fixture
def drilled(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """Give the drills that were done; the classroom's first exercise has one."""
    done: list[Sequence[str]] = []

    def shell(_machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
        done.append(argv)
        return ExecResult(0, b"came up\n", b"")

    classroom.world.engine.programs["/bin/sh"] = shell
    content = classroom.content(classroom.lesson)
    first, *rest = content.exercises
    classroom.read[classroom.lesson.id] = replace(content, exercises=(replace(first, drill=STEP), *rest))
    return done


@REAL_COMMITS
def test_a_command_starts_no_drill(classroom: Classroom, drilled: list[Sequence[str]]) -> None:
    """Whoever types is not disturbed, even if the exercise would pass; who presses the button gets the drill."""
    attempt = classroom.open()
    classroom.passing = {"ex-1"}
    moment = timezone.now()
    command = EndedCommand("1", "shell-1", 10, "ls", 0, moment, moment)
    actions.command_ended(sandbox_id=classroom.sandbox().id, command=command)
    actions.check(attempt=attempt, exercise=None)
    classroom.world.queue.work_off()
    progress = Progress.objects.get(attempt=attempt, exercise=classroom.exercise(1))
    assert (drilled, progress.status) == ([], Progress.Status.TODO)
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    progress.refresh_from_db()
    assert (len(drilled), progress.status) == (1, Progress.Status.PASSED)
    assert f"token={attempt.parameters['token']}" in drilled[0]


@REAL_COMMITS
def test_a_check_does_one_drill(classroom: Classroom, drilled: list[Sequence[str]]) -> None:
    """Of several asked for in one go, the last: each may take a minute, and the task has to end."""
    attempt = classroom.open()
    content = classroom.content(classroom.lesson)
    exercises = tuple(replace(exercise, drill=STEP) for exercise in content.exercises)
    classroom.read[classroom.lesson.id] = replace(content, exercises=exercises)
    classroom.passing = {exercise.id for exercise in exercises}
    for number in (3, 1, 2):
        actions.check(attempt=attempt, exercise=classroom.exercise(number))
    classroom.world.queue.work_off()
    passed = Progress.objects.filter(attempt=attempt, status=Progress.Status.PASSED)
    assert (len(drilled), [row.exercise.number for row in passed]) == (1, [2])


@REAL_COMMITS
def test_a_check_that_takes_too_long_is_ended(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not begun again and again: it failed, with the reason."""
    attempt = classroom.open()

    def never_ends(*_asked: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(observing, "observe", never_ends)
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    run = CheckRun.objects.get(attempt=attempt)
    assert (run.state, "took too long" in run.failure) == (CheckRun.State.FAILED, True)


@REAL_COMMITS
def test_a_drill_is_its_own_exercises(classroom: Classroom, drilled: list[Sequence[str]]) -> None:
    """A check of another exercise leaves the machine alone."""
    attempt = classroom.open()
    actions.check(attempt=attempt, exercise=classroom.exercise(3))
    classroom.world.queue.work_off()
    assert drilled == []


def test_how_a_drill_ends_is_the_first_result(tmp_path: Path) -> None:
    """One that fails fails the exercise, whatever the checks see; its last words are what was observed."""
    lesson = load_lesson(write_course(tmp_path))
    exercise = replace(lesson.exercise("which-port"), drill=STEP)
    values, answers = {"app": "otter", "port": "8123"}, {"answer": "8123"}

    def judge(drilled: Drilled | None) -> judging.Judgement:
        return judging.judge(exercise, Observations(drilled=drilled), (), answers, values)

    assert judge(Drilled.ended(0, b"up\n")).passed
    failed = judge(Drilled.ended(1, b"web is up\napi did not come up\n"))
    assert not failed.passed
    assert [(result.id, result.passed) for result in failed.results] == [(DRILL, False), ("1", True)]
    assert failed.results[0].observed == "api did not come up (exit status 1)"
    assert (failed.message["en"], failed.hint) == ("Not yet: All is taken down and brought up", None)
    assert judge(Drilled.too_long(60)).results[0].observed == "it took longer than 60 s"
    assert [result.id for result in judge(None).results] == ["1"]


@REAL_COMMITS
def test_a_drill_that_hangs_is_ended(classroom: Classroom, drilled: list[Sequence[str]]) -> None:
    """It fails with the reason."""

    def hang(_machine: FakeMachine, _argv: Sequence[str]) -> ExecResult:
        raise RunTimeoutError("It did not end.")

    classroom.world.engine.programs["/bin/sh"] = hang
    exercise = classroom.content(classroom.lesson).exercises[0]
    ended = drill(classroom.world.engine, classroom.sandbox().machine, exercise, {})
    assert ended == Drilled(passed=False, said="it took longer than 60 s")


def test_prove_does_the_drill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With nothing done and after the solution, and a drill that fails is told."""
    lesson = write_course(tmp_path)
    change(lesson, "    points: 5\n", DRILLED)
    assert lint(lesson) == []
    assert prove(Learner(), str(lesson), capsys=capsys)[0] == 0

    class Stubborn(Learner):
        def setup(self, machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
            return ExecResult(1, b"no\n", b"") if "test -n" in argv[-2] else super().setup(machine, argv)

    status, lines, _ = prove(Stubborn(), str(lesson), "--exercise", "run-it", capsys=capsys)
    assert status == 1
    assert "(drill): expected it comes to its end, observed no (exit status 1)" in str(lines[0]["notes"])


@REAL_COMMITS
def test_a_test_keeps_its_solutions(classroom: Classroom) -> None:
    """Not even to who skips: a skipped exercise can be taken up again."""
    content = classroom.content(classroom.lesson)
    classroom.read[classroom.lesson.id] = replace(content, is_test=True)
    attempt, exercise = classroom.open(), classroom.exercise(1)
    services.skip_exercise(attempt=attempt, exercise=exercise)
    with pytest.raises(GradingError, match="shows no solutions"):
        services.open_solution(attempt=attempt, exercise=exercise)


def test_a_test_has_no_hints(tmp_path: Path) -> None:
    """Neither must an author write any, nor may they."""
    lesson = write_course(tmp_path)
    change(lesson, "minutes: 10\n", "minutes: 10\ntest: true\n")
    assert {problem.message for problem in lint(lesson)} == {"A test has no hints."}
    change(lesson, "test: true", "test: perhaps")
    assert "`test` must be true or false." in {problem.message for problem in lint(lesson)}
