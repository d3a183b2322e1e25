"""What pages and graders read, and that it costs the same for few and for many."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from slipway.grading import actions, evidence, selectors
from slipway.grading.models import Attempt, Progress
from tests.unit.grading.world import Classroom
from tests.unit.sandboxes.world import REAL_COMMITS, make_learner

pytestmark = REAL_COMMITS


def _queries(read: object) -> int:
    assert callable(read)
    with CaptureQueriesContext(connection) as queries:
        read()
    return len(queries)


def test_the_lessons_page_in_five_queries(classroom: Classroom) -> None:
    """Cards, setup and sums are there, and more exercises cost no more queries."""
    attempt = classroom.open()
    classroom.passing = {"ex-1"}
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    state = selectors.lesson_state(attempt=attempt)
    assert [card.progress.status for card in state.exercises] == ["passed", "todo", "todo"]
    assert state.exercises[0].verdict is not None
    assert (state.passed, state.total, state.points, state.points_total) == (1, 3, 2, 6)
    assert state.set_up.is_done
    assert _queries(lambda: selectors.lesson_state(attempt=attempt)) == 5


def test_a_card_shows_that_its_check_runs(classroom: Classroom) -> None:
    """Only the card whose check was asked for says that it is being checked."""
    attempt = classroom.open()
    actions.check(attempt=attempt, exercise=classroom.exercise(2))
    state = selectors.lesson_state(attempt=attempt)
    assert [card.is_checking for card in state.exercises] == [False, True, False]
    assert state.is_checking


def test_the_grid_costs_the_same_for_one_and_for_many(classroom: Classroom) -> None:
    """Learners by name, one cell an exercise, the attempt that passed; constant queries."""
    classroom.open()
    course = classroom.lesson.course
    few = _queries(lambda: evidence.grid(course=course))
    for number in range(8):
        learner = make_learner(f"learner-{number}")
        actions.open_lesson(learner=learner, lesson=classroom.lesson)
    Progress.objects.filter(attempt__learner=classroom.learner, exercise=classroom.exercise(2)).update(
        status=Progress.Status.PASSED, tries=2
    )
    grid = evidence.grid(course=course)
    assert len(grid.rows) == 9
    row = grid.rows[0]
    assert (str(row.learner), row.points, row.points_total) == ("asha", 2, 6)
    assert [(cell.status, cell.tries) for cell in row.cells] == [
        ("todo", 0),
        ("passed", 2),
        ("todo", 0),
    ]
    assert _queries(lambda: evidence.grid(course=course)) == few


def test_the_grid_shows_the_attempt_that_passed(classroom: Classroom) -> None:
    """An older attempt that passed is shown before a newer one that has not."""
    attempt = classroom.open()
    Progress.objects.filter(attempt=attempt, exercise=classroom.exercise(1)).update(status=Progress.Status.PASSED)
    newer = actions.start_over(attempt=attempt)
    cells = evidence.grid(course=classroom.lesson.course, lesson=classroom.lesson).rows[0].cells
    assert [cell.attempt_id for cell in cells] == [attempt.id, newer.id, newer.id]


def test_evidence_tells_what_was_seen_and_when(classroom: Classroom) -> None:
    """Verdicts newest first with their run, and a grader's re-check beside the learner's progress."""
    attempt = classroom.open()
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    classroom.passing = {"ex-1"}
    actions.recheck(attempt=attempt, exercise=classroom.exercise(1), grader=classroom.learner)
    classroom.world.queue.work_off()
    found = evidence.evidence(attempt_id=attempt.id, exercise=classroom.exercise(1))
    assert found is not None
    assert [(verdict.passed, verdict.run.trigger) for verdict in found.verdicts] == [
        (True, "grader"),
        (False, "button"),
    ]
    assert found.verdicts[0].results[0]["expected"] == "something"
    assert (found.progress.status, found.sandbox) == (Progress.Status.FAILED, classroom.sandbox())
    cell = evidence.grid(course=classroom.lesson.course).rows[0].cells[0]
    assert (cell.status, cell.rechecked) == ("failed", True)


def test_no_such_attempt() -> None:
    """An id that is nobody's gives nothing."""
    assert selectors.attempt_by_id(attempt_id=Attempt().id) is None
