"""Snapshots of a learner's machine: each exercise's start, and what lessons know of a machine that went back."""

import pytest
from pytest_django import Settings

from slipway.grading import actions, snapshots
from slipway.grading.errors import GradingError
from slipway.grading.models import Attempt, Progress, SnapshotSetUp
from slipway.lessonfile.model import SetupStep
from slipway.sandboxes import actions as sandboxes
from slipway.sandboxes.models import Snapshot
from slipway.sandboxes.selectors import snapshots_of
from tests.unit.grading.test_setup import Scripts
from tests.unit.grading.world import Classroom
from tests.unit.sandboxes.world import REAL_COMMITS, make_lesson

pytestmark = REAL_COMMITS


def _kept(classroom: Classroom) -> list[str]:
    """Return the exercises whose start is there, newest first."""
    kept = snapshots_of(sandbox=classroom.sandbox())
    return [each.exercise.slug for each in kept if each.kind == Snapshot.Kind.START and each.exercise]


def _pass(classroom: Classroom, attempt: Attempt, slug: str) -> None:
    classroom.world.engine.run(classroom.sandbox().machine, ["touch", f"/{slug}"])
    classroom.passing.add(slug)
    actions.check(attempt=attempt, exercise=None)
    classroom.world.queue.work_off()


def _go_back(classroom: Classroom, attempt: Attempt, snapshot: Snapshot) -> None:
    actions.go_back(attempt=attempt, snapshot_id=snapshot.id, removes=None)
    classroom.world.queue.work_off()
    attempt.refresh_from_db()


def test_each_exercise_has_a_start(classroom: Classroom) -> None:
    """The first is kept when the lesson is opened, the next when the one before it passes or is skipped."""
    attempt = classroom.open()
    assert _kept(classroom) == ["ex-1"]
    _pass(classroom, attempt, "ex-1")
    assert _kept(classroom) == ["ex-2", "ex-1"]
    actions.skip_exercise(attempt=attempt, exercise=classroom.exercise(2))
    classroom.world.queue.work_off()
    assert _kept(classroom) == ["ex-3", "ex-2", "ex-1"]


def test_a_start_is_kept_once(classroom: Classroom) -> None:
    """Coming back to it is no new start, even if the first one was thinned since; another attempt is."""
    attempt = classroom.open()
    classroom.open()
    actions.skip_exercise(attempt=attempt, exercise=classroom.exercise(1))
    actions.unskip_exercise(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    assert _kept(classroom) == ["ex-2", "ex-1"]
    Snapshot.objects.update(state=Snapshot.State.GONE)
    classroom.open()
    assert _kept(classroom) == []
    actions.start_over(attempt=attempt)
    classroom.world.queue.work_off()
    assert _kept(classroom) == ["ex-1"]


def test_an_operator_may_do_without(classroom: Classroom, settings: Settings) -> None:
    """No start is kept then."""
    settings.SNAPSHOTS = 0
    classroom.open()
    assert _kept(classroom) == []


def test_a_start_waits_for_setup(classroom: Classroom) -> None:
    """The first exercise starts on a machine that is set up."""
    scripts = Scripts(classroom)
    attempt = actions.open_lesson(learner=classroom.learner, lesson=classroom.lesson)
    assert snapshots.request_start(attempt=attempt) is None
    classroom.world.queue.work_off()
    assert (_kept(classroom), scripts.ran) == (["ex-1"], ["one", "two"])
    assert SnapshotSetUp.objects.get().attempt_id == attempt.id


def test_verdicts_stay_and_setup_is_not_done_again(classroom: Classroom) -> None:
    """After a way back what was passed is passed, and the machine counts as set up; so it does back again."""
    scripts = Scripts(classroom)
    attempt = classroom.open()
    _pass(classroom, attempt, "ex-1")
    [start] = [each for each in snapshots_of(sandbox=classroom.sandbox()) if each.exercise == classroom.exercise(1)]
    for _ in range(2):
        _go_back(classroom, attempt, start)
        assert attempt.set_up_on == classroom.sandbox().disk
        classroom.open()
        start = snapshots_of(sandbox=classroom.sandbox())[0]
        assert start.kind == Snapshot.Kind.LEFT
    assert scripts.ran == ["one", "two"]
    assert Progress.objects.get(attempt=attempt, exercise__number=1).status == Progress.Status.PASSED


def test_a_lesson_set_up_later_is_set_up_again(classroom: Classroom) -> None:
    """What another lesson did to the machine after the snapshot is not there, so it is done when that is opened."""
    scripts = Scripts(classroom)
    attempt = classroom.open()
    [start] = snapshots_of(sandbox=classroom.sandbox())
    other = make_lesson(slug="second")
    actions.open_lesson(learner=classroom.learner, lesson=other)
    classroom.world.queue.work_off()
    classroom.open()
    _go_back(classroom, attempt, start)
    assert len(scripts.ran) == 4
    actions.open_lesson(learner=classroom.learner, lesson=other)
    classroom.world.queue.work_off()
    assert len(scripts.ran) == 6


def test_what_setup_noted_comes_back_too(classroom: Classroom) -> None:
    """A container's id that changed meanwhile is again what it was in the machine that is gone back to."""
    Scripts(classroom)
    attempt = classroom.open()
    Attempt.objects.update(parameters={"token": "t", "web_id": "first"})
    named = actions.keep_snapshot(attempt=attempt, name="before", asked_by=classroom.learner)
    classroom.world.queue.work_off()
    Attempt.objects.update(parameters={"token": "t", "web_id": "second", "drawn_later": "7"})
    _go_back(classroom, attempt, named)
    assert attempt.parameters == {"token": "t", "web_id": "first", "drawn_later": "7"}


def test_nobody_goes_back_while_a_lesson_is_set_up(classroom: Classroom) -> None:
    """Nor is a snapshot taken of what is half there."""
    attempt = classroom.open()
    [start] = snapshots_of(sandbox=classroom.sandbox())
    classroom.setup = (SetupStep({"en": "One"}, "echo one"),)
    classroom.read.clear()
    for act in (
        lambda: actions.go_back(attempt=attempt, snapshot_id=start.id, removes=None),
        lambda: actions.keep_snapshot(attempt=attempt, name="half", asked_by=classroom.learner),
    ):
        with pytest.raises(GradingError, match="being set up"):
            act()


def test_a_snapshot_of_somebody_else_is_not_found(classroom: Classroom) -> None:
    """Whatever number a form sends, only one's own machine's snapshots are gone back to."""
    attempt = classroom.open()
    [start] = snapshots_of(sandbox=classroom.sandbox())
    with pytest.raises(GradingError, match="not there any more"):
        actions.go_back(attempt=attempt, snapshot_id=start.id + 1, removes=None)
    sandboxes.remove(sandbox=classroom.sandbox())
    classroom.world.queue.work_off()
    with pytest.raises(GradingError, match="was removed"):
        actions.go_back(attempt=attempt, snapshot_id=start.id, removes=None)


def test_a_named_snapshot_is_removed_and_a_start_is_not(classroom: Classroom) -> None:
    """Graders remove what graders named; removed twice is removed."""
    attempt = classroom.open()
    named = actions.keep_snapshot(attempt=attempt, name="before", asked_by=classroom.learner)
    classroom.world.queue.work_off()
    [start] = [each for each in snapshots_of(sandbox=classroom.sandbox()) if each.id != named.id]
    for snapshot in (named, named, start):
        actions.remove_snapshot(attempt=attempt, snapshot_id=snapshot.id)
    assert snapshots_of(sandbox=classroom.sandbox()) == [start]
