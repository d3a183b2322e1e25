"""Attempts: begun once, with parameters of their own; what a learner does with a card."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from slipway.grading import actions, checking, evidence, judging, selectors, services
from slipway.grading.errors import GradingError
from slipway.grading.models import Attempt, CheckRun, Progress
from slipway.grading.services import EndedCommand
from slipway.lessonfile import model
from slipway.pages import selectors as pages
from slipway.sandboxes.states import State
from tests.unit.grading.world import Classroom
from tests.unit.sandboxes.world import REAL_COMMITS

pytestmark = REAL_COMMITS


def ended(text: str, offset: int) -> EndedCommand:
    """Return a command that ended this moment."""
    moment = timezone.now()
    return EndedCommand("1", "shell-1", offset, text, 0, moment, moment)


def test_parameters_are_drawn_once(classroom: Classroom) -> None:
    """Opening the lesson again finds the same attempt with the same values."""
    first, second = classroom.open(), classroom.open()
    assert first.id == second.id
    assert first.parameters == second.parameters
    assert set(first.parameters) == {"token"}


def test_a_new_parameter_of_a_lesson_joins_the_old_ones(classroom: Classroom) -> None:
    """A lesson that was published anew asks for one more value; those that the learner saw stay."""
    attempt = classroom.open()
    Attempt.objects.filter(id=attempt.id).update(parameters={"port": "8100"})
    parameters = classroom.open().parameters
    assert parameters["port"] == "8100"
    assert parameters["token"]


def test_starting_over_begins_another_attempt_on_a_new_disk(classroom: Classroom) -> None:
    """The old attempt ends and stays; the machine is as new."""
    first = classroom.open()
    second = actions.start_over(attempt=first)
    classroom.world.queue.work_off()
    first.refresh_from_db()
    assert first.ended_at is not None
    assert (second.ended_at, second.id == first.id) == (None, False)
    sandbox = classroom.sandbox()
    assert (sandbox.state, sandbox.generation) == (State.READY, 1)


def test_hints_open_one_after_the_other(classroom: Classroom) -> None:
    """No hint is skipped, none that is not there opens, and opening one again changes nothing."""
    attempt, exercise = classroom.open(), classroom.exercise(1)
    with pytest.raises(GradingError, match="open hint 1 first"):
        services.open_hint(attempt=attempt, exercise=exercise, number=2)
    for number in (1, 2, 1):
        progress = services.open_hint(attempt=attempt, exercise=exercise, number=number)
    assert progress.hints_opened == 2
    with pytest.raises(GradingError, match="2 hints"):
        services.open_hint(attempt=attempt, exercise=exercise, number=3)


def test_the_solution_is_noted_when_it_was_first_opened(classroom: Classroom) -> None:
    """Looking again does not change when it was looked at."""
    attempt, exercise = classroom.open(), classroom.exercise(1)
    first = services.open_solution(attempt=attempt, exercise=exercise).solution_opened_at
    assert first is not None
    assert services.open_solution(attempt=attempt, exercise=exercise).solution_opened_at == first


def test_help_costs_what_the_lesson_says(classroom: Classroom) -> None:
    """Each hint and the solution once, never more than the exercise has, and nothing once it was passed."""
    attempt, first, second = classroom.open(), classroom.exercise(1), classroom.exercise(2)
    classroom.read[attempt.lesson_id] = replace(
        classroom.content(attempt.lesson), costs=model.Costs(hint=1, solution=100)
    )
    for number in (1, 1, 2):
        progress = services.open_hint(attempt=attempt, exercise=first, number=number)
    assert (progress.hints_opened, progress.points_lost) == (2, min(2, first.points))
    assert services.open_solution(attempt=attempt, exercise=first).points_lost == first.points
    Progress.objects.filter(attempt=attempt).update(status=Progress.Status.PASSED)
    assert services.open_solution(attempt=attempt, exercise=second).points_lost == 0
    points = {row.exercise_id: row.points_of(row.exercise) for row in attempt.progress.select_related("exercise")}
    assert (points[first.id], points[second.id]) == (0, second.points)
    state = selectors.lesson_state(attempt=attempt)
    assert state.points == state.points_total - first.points
    [row] = evidence.grid(course=attempt.lesson.course).rows
    assert row.points == state.points


def test_help_stays_paid_after_starting_over(classroom: Classroom) -> None:
    """What was opened stays open and is not paid again; where the exercise was passed all is as new."""
    first, second = classroom.exercise(1), classroom.exercise(2)
    attempt = classroom.open()
    classroom.read[attempt.lesson_id] = replace(classroom.content(attempt.lesson), costs=model.Costs(hint=1))
    for exercise in (first, second):
        services.open_hint(attempt=attempt, exercise=exercise, number=1)
    Progress.objects.filter(attempt=attempt, exercise=second).update(status=Progress.Status.PASSED)
    for _ in range(2):
        attempt = services.start_over(attempt=attempt)
        found = {row.exercise_id: (row.hints_opened, row.points_lost) for row in attempt.progress.all()}
        assert found[first.id] == (1, 1)
        assert found[second.id] == (0, 0)
    assert services.open_hint(attempt=attempt, exercise=first, number=1).points_lost == 1
    assert services.open_hint(attempt=attempt, exercise=first, number=2).points_lost == 2


def test_help_that_costs_nothing_is_closed_again(classroom: Classroom) -> None:
    """Who starts over where help is free begins without it."""
    attempt = classroom.open()
    services.open_hint(attempt=attempt, exercise=classroom.exercise(1), number=1)
    again = services.start_over(attempt=attempt)
    assert {row.hints_opened for row in again.progress.all()} == {0}


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ([("passed", 0), ("passed", 2), ("todo", 0)], 0),
        ([("passed", 2), ("passed", 1), ("failed", 1)], 1),
        ([("passed", 1), ("passed", 1)], 0),
        ([("failed", 0), ("passed", 3), ("failed", 0)], 1),
        ([("failed", 0), ("skipped", 0)], 1),
    ],
)
def test_the_best_pass_counts(classroom: Classroom, rows: list[tuple[str, int]], counts: int) -> None:
    """For the grader's grid and the learner's map alike: the most points, else the newest attempt."""
    attempts: list[Attempt] = []
    exercise = classroom.exercise(1)
    for at, (status, lost) in enumerate(rows):
        attempts.append(services.start_over(attempt=attempts[-1]) if attempts else classroom.open())
        values = {"status": status, "points_lost": lost, "checks_passed": at}
        Progress.objects.filter(attempt=attempts[-1], exercise=exercise).update(**values)
    course = attempts[0].lesson.course
    [row] = evidence.grid(course=course).rows
    cell = next(cell for cell in row.cells if cell.exercise == exercise)
    assert cell.attempt_id == attempts[counts].id
    assert pages.marks_of(user=classroom.learner, courses=[course])[exercise.id].checks_passed == counts


def test_skipped_and_taken_up_again(classroom: Classroom) -> None:
    """Skipping is undone; what passed is never skipped."""
    attempt, exercise = classroom.open(), classroom.exercise(1)
    assert services.skip_exercise(attempt=attempt, exercise=exercise).status == Progress.Status.SKIPPED
    assert services.unskip_exercise(attempt=attempt, exercise=exercise).status == Progress.Status.TODO
    Progress.objects.filter(attempt=attempt, exercise=exercise).update(status=Progress.Status.PASSED)
    assert services.skip_exercise(attempt=attempt, exercise=exercise).status == Progress.Status.PASSED


def test_an_exercise_is_begun_again(classroom: Classroom) -> None:
    """What passed is to be done again, and the verdicts stay."""
    attempt, exercise = classroom.open(), classroom.exercise(1)
    classroom.passing = {"ex-1"}
    actions.check(attempt=attempt, exercise=exercise)
    classroom.world.queue.work_off()
    progress = services.reset_exercise(attempt=attempt, exercise=exercise)
    assert (progress.status, progress.passed_at) == (Progress.Status.TODO, None)
    assert attempt.verdicts.count() == 1


def test_a_prediction_is_kept_once_and_counts_what_is_typed_after_it(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no prediction any more when the command was run already, nor when it is changed afterwards."""
    field = model.AnswerField("answer", {"en": "Lines"}, is_prediction=True)
    monkeypatch.setattr("tests.unit.grading.world.ANSWER", field)
    attempt, exercise = classroom.open(), classroom.exercise(2)
    histories: list[list[str]] = []

    def judge(*found: Any) -> judging.Judgement:
        if found[0].id == exercise.slug:
            histories.append([command.text for command in found[2]])
        return classroom.judge(*found)

    monkeypatch.setattr(judging, "judge", judge)
    services.record_command(sandbox=classroom.sandbox(), command=ended("docker ps", offset=1))
    for given in ("3", "4"):
        actions.submit_answer(attempt=attempt, exercise=exercise, answers={"answer": [given]})
        classroom.world.queue.work_off()
    services.record_command(sandbox=classroom.sandbox(), command=ended("docker ps -a", offset=2))
    actions.check(attempt=attempt, exercise=exercise)
    classroom.world.queue.work_off()
    assert Progress.objects.get(attempt=attempt, exercise=exercise).answers == {"answer": "3"}
    assert histories[-1] == ["docker ps -a"]
    assert attempt.check_runs.filter(trigger=CheckRun.Trigger.ANSWER).count() == 0
    progress = services.reset_exercise(attempt=attempt, exercise=exercise)
    assert (progress.answers, progress.predicted_at) == ({}, None)


def test_of_many_commands_the_newest_are_judged(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order in which they ended; whoever types without end does not make each check longer."""
    monkeypatch.setattr(checking, "_MAX_HISTORY", 2)
    attempt = classroom.open()
    histories: list[list[str]] = []

    def judge(*found: Any) -> judging.Judgement:
        histories.append([command.text for command in found[2]])
        return classroom.judge(*found)

    monkeypatch.setattr(judging, "judge", judge)
    for offset, text in enumerate(("ls", "pwd", "id"), start=1):
        services.record_command(sandbox=classroom.sandbox(), command=ended(text, offset=offset))
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    assert histories[-1] == ["pwd", "id"]


def test_an_answer_that_is_none_is_refused_and_nothing_is_lost(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The learner is told what to write; what was answered before stays."""
    field = model.AnswerField("answer", {"en": "Memory"}, "number", unit="MiB")
    monkeypatch.setattr("tests.unit.grading.world.ANSWER", field)
    attempt, exercise = classroom.open(), classroom.exercise(2)
    actions.submit_answer(attempt=attempt, exercise=exercise, answers={"answer": ["1 GiB"]})
    with pytest.raises(GradingError, match="Write a number in MiB"):
        actions.submit_answer(attempt=attempt, exercise=exercise, answers={"answer": ["lots"]})
    assert Progress.objects.get(attempt=attempt, exercise=exercise).answers == {"answer": "1024"}


def test_an_answer_is_kept_and_checked(classroom: Classroom) -> None:
    """What was typed is trimmed and kept; fields that the exercise has not are dropped."""
    attempt, exercise = classroom.open(), classroom.exercise(2)
    actions.submit_answer(attempt=attempt, exercise=exercise, answers={"answer": [" 42 "], "other": ["x"]})
    classroom.world.queue.work_off()
    progress = Progress.objects.get(attempt=attempt, exercise=exercise)
    assert progress.answers == {"answer": "42"}
    assert (progress.status, progress.tries) == (Progress.Status.FAILED, 1)
