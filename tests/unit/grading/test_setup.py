"""Setting a machine up: once per disk, with visible steps, a second try and a reason."""

from collections.abc import Callable, Sequence

import pytest

from slipway.engine.fake import FakeMachine, ok
from slipway.engine.port import ExecResult, RunTimeoutError
from slipway.grading import actions, tasks
from slipway.grading.models import Attempt, CheckRun
from slipway.lessonfile.model import SetupStep
from slipway.sandboxes import actions as sandboxes
from slipway.sandboxes import leases
from tests.unit.grading.world import Classroom
from tests.unit.sandboxes.crashing import KilledError
from tests.unit.sandboxes.world import REAL_COMMITS

pytestmark = REAL_COMMITS

STEPS = (SetupStep({"en": "One"}, "echo one"), SetupStep({"en": "Two"}, "echo two"))


class Scripts:
    """The programs that setup runs, and what each step does when its turn comes."""

    def __init__(self, classroom: Classroom) -> None:
        """Take the place of bash in the classroom's machine."""
        self.ran: list[str] = []
        self.does: Callable[[str], ExecResult] = lambda step: ok()
        classroom.setup = STEPS
        classroom.world.engine.programs["/bin/sh"] = self

    def __call__(self, machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
        """Run a step."""
        step = next(part for part in argv if part.startswith("set -e")).rsplit(maxsplit=1)[1]
        self.ran.append(step)
        return self.does(step)


@pytest.fixture
def scripts(classroom: Classroom) -> Scripts:
    """Give a lesson with two setup steps."""
    return Scripts(classroom)


def _told(classroom: Classroom) -> list[tuple[int, str]]:
    return [(event["step"], event["state"]) for event in classroom.world.of_kind("setup")]


def test_steps_run_once_per_disk(classroom: Classroom, scripts: Scripts) -> None:
    """A resume finds the machine set up; a reset does not."""
    classroom.open()
    assert scripts.ran == ["one", "two"]
    assert _told(classroom) == [(0, "running"), (1, "running"), (2, "done")]
    sandboxes.suspend(sandbox=classroom.sandbox())
    classroom.world.queue.work_off()
    classroom.open()
    assert scripts.ran == ["one", "two"]
    sandboxes.reset(sandbox=classroom.sandbox())
    classroom.world.queue.work_off()
    assert scripts.ran == ["one", "two"] * 2


def test_checks_wait_until_the_machine_is_set_up(classroom: Classroom, scripts: Scripts) -> None:
    """A check that was asked for before setup ended is done after it."""
    attempt = actions.open_lesson(learner=classroom.learner, lesson=classroom.lesson)
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    tasks.run_checks(str(attempt.id))
    assert attempt.check_runs.get().state == CheckRun.State.WAITING
    classroom.world.queue.work_off()
    assert attempt.check_runs.get().state == CheckRun.State.DONE


def test_a_step_is_tried_twice(classroom: Classroom, scripts: Scripts) -> None:
    """A step that fails once is no failure."""
    outcomes = [ExecResult(1, b"", b"busy"), ok(), ok()]
    scripts.does = lambda step: outcomes.pop(0)
    attempt = classroom.open()
    assert (attempt.setup_failure, scripts.ran) == ("", ["one", "one", "two"])


def test_a_step_that_fails_twice_says_why_and_can_be_tried_again(classroom: Classroom, scripts: Scripts) -> None:
    """The page has step and reason; a check says the same; trying again goes on at that step."""
    scripts.does = lambda step: ExecResult(1, b"", b"disk full") if step == "two" else ok()
    attempt = classroom.open()
    assert "Two" in attempt.setup_failure
    assert "disk full" in attempt.setup_failure
    assert _told(classroom)[-1] == (1, "failed")
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    assert "disk full" in attempt.check_runs.get().failure
    scripts.does = lambda step: ok()
    actions.request_set_up(attempt=attempt)
    classroom.world.queue.work_off()
    attempt.refresh_from_db()
    assert (attempt.setup_failure, attempt.set_up_on) == ("", classroom.sandbox().disk)
    assert scripts.ran == ["one", "two", "two", "two"]


def test_a_step_that_hangs_is_not_tried_again(classroom: Classroom, scripts: Scripts) -> None:
    """Its time is up: another try would keep a worker for as long again."""

    def hang(step: str) -> ExecResult:
        raise RunTimeoutError("bash did not end within 60 seconds.")

    scripts.does = hang
    attempt = classroom.open()
    assert "did not end" in attempt.setup_failure
    assert scripts.ran == ["one"]


def test_what_a_machine_says_is_fit_to_be_kept(classroom: Classroom, scripts: Scripts) -> None:
    """A NUL, which PostgreSQL refuses, comes from hostile programs alone."""
    scripts.does = lambda step: ExecResult(1, b"", b"no\x00thing")
    assert "\x00" not in classroom.open().setup_failure


def test_one_setup_at_a_time_for_each_learner(classroom: Classroom, scripts: Scripts) -> None:
    """Another lesson's setup on the same machine waits; it is asked for again."""
    with leases.hold(f"setup-{classroom.learner.id}") as is_ours:
        assert is_ours
        assert not classroom.open().set_up_on
    assert not scripts.ran


def test_a_killed_worker_goes_on_where_it_was(classroom: Classroom, scripts: Scripts) -> None:
    """Setup that died in a step is taken up at that step, not at the first."""

    def die(step: str) -> ExecResult:
        if step == "two":
            raise KilledError
        return ok()

    scripts.does = die
    with pytest.raises(KilledError):
        classroom.open()
    classroom.world.queue.sent.clear()
    scripts.does = lambda step: ok()
    tasks.requeue(0)
    classroom.world.queue.work_off()
    assert scripts.ran == ["one", "two", "two"]
    assert Attempt.objects.get().set_up_on == classroom.sandbox().disk


def test_a_reset_in_the_middle_begins_anew(classroom: Classroom, scripts: Scripts) -> None:
    """Steps that ran on the old disk count for nothing on the new one."""

    def reset(step: str) -> ExecResult:
        if len(scripts.ran) == 1:
            classroom.world.engine.die(classroom.sandbox().machine)
            sandboxes.reset(sandbox=classroom.sandbox())
        return ok()

    scripts.does = reset
    classroom.open()
    tasks.requeue(0)
    classroom.world.queue.work_off()
    assert scripts.ran == ["one", "one", "two"]
    assert Attempt.objects.get().set_up_on == classroom.sandbox().disk
