"""Check runs and verdicts: asked for by commands and people, one at a time, neither lost nor doubled."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from slipway.engine.port import Amount
from slipway.grading import actions, checking, checkruns, judging, observing, tasks
from slipway.grading.models import Attempt, CheckRun, Command, Progress, Verdict
from slipway.grading.services import EndedCommand
from slipway.lessonfile import model, subjects
from slipway.sandboxes import actions as sandboxes
from slipway.sandboxes import engines, measuring
from slipway.sandboxes import tasks as sandbox_tasks
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.unit.grading.world import Classroom
from tests.unit.sandboxes.crashing import KilledError
from tests.unit.sandboxes.world import REAL_COMMITS

pytestmark = REAL_COMMITS

Status = Progress.Status
Run = CheckRun.State


def _end_command(classroom: Classroom, offset: int) -> bool:
    moment = timezone.now()
    command = EndedCommand("1", "shell-1", offset, "ls", 0, moment, moment)
    return actions.command_ended(sandbox_id=classroom.sandbox().id, command=command)


def _progress(attempt: Attempt) -> dict[str, Progress]:
    return {row.exercise.slug: row for row in attempt.progress.select_related("exercise")}


def test_a_command_that_ended_is_checked_once(classroom: Classroom) -> None:
    """The same end, told twice after a reconnect, is one row and one run."""
    attempt = classroom.open()
    assert [_end_command(classroom, 10), _end_command(classroom, 10)] == [True, False]
    classroom.world.queue.work_off()
    assert (Command.objects.count(), attempt.check_runs.count(), len(classroom.looks)) == (1, 1, 1)


def test_a_pass_ticks_and_the_page_is_told(classroom: Classroom) -> None:
    """The verdict reaches progress and page, with the command that led to it."""
    attempt = classroom.open()
    classroom.passing = {"ex-1"}
    _end_command(classroom, 10)
    classroom.world.queue.work_off()
    assert _progress(attempt)["ex-1"].status == Status.PASSED
    verdict = Verdict.objects.get()
    assert (verdict.passed, verdict.run.command and verdict.run.command.offset) == (True, 10)
    told = classroom.world.of_kind("verdict")[0]
    assert (told["exercises"], told["passed"]) == (["ex-1"], ["ex-1"])
    assert [event["state"] for event in classroom.world.of_kind("check")] == ["waiting", "done"]


def test_nothing_passes_by_a_docker_that_is_none(classroom: Classroom) -> None:
    """Where a server of the learner's own answers for Docker, what seems to have passed has not."""
    attempt = classroom.open()
    classroom.passing, classroom.impostor = {"ex-1"}, "Not Docker but /root/fake answers."
    _end_command(classroom, 10)
    classroom.world.queue.work_off()
    run = CheckRun.objects.get()
    assert (_progress(attempt)["ex-1"].status, run.state) == (Status.TODO, Run.FAILED)
    assert classroom.impostor in run.failure
    classroom.impostor = ""
    _end_command(classroom, 20)
    classroom.world.queue.work_off()
    assert _progress(attempt)["ex-1"].status == Status.PASSED


def test_a_program_is_run_only_where_all_else_holds(classroom: Classroom) -> None:
    """What the learner has not come to costs a second, longer look only when it seems to have passed."""
    attempt = classroom.open()
    there = model.Check("there", {}, subjects.File("/there"), ())
    runs = model.Check("runs", {}, subjects.Command(("true",)), ())
    content = classroom.content(classroom.lesson)
    far = replace(content.exercises[2], checks=(there, runs))
    classroom.read[classroom.lesson.id] = replace(content, exercises=(*content.exercises[:2], far))
    _end_command(classroom, 10)
    classroom.world.queue.work_off()
    assert (len(classroom.looks), _progress(attempt)["ex-3"].status) == (1, Status.TODO)
    classroom.passing = {"ex-3"}
    _end_command(classroom, 20)
    classroom.world.queue.work_off()
    assert (len(classroom.looks), _progress(attempt)["ex-3"].status) == (3, Status.PASSED)


def test_a_first_look_in_vain_is_not_repeated(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the quick part holds before anything is done, everything is looked at in one go from then on."""
    classroom.open()
    there = model.Check("there", {}, subjects.File("/there"), ())
    runs = model.Check("runs", {}, subjects.Command(("true",)), ())
    content = classroom.content(classroom.lesson)
    far = replace(content.exercises[2], checks=(there, runs))
    classroom.read[classroom.lesson.id] = replace(content, exercises=(*content.exercises[:2], far))

    def judge(exercise: model.Exercise, *_found: object) -> judging.Judgement:
        return judging.Judgement(exercise.checks == (there,), (), "", {}, None)

    monkeypatch.setattr(judging, "judge", judge)
    for offset, looks in ((10, 2), (20, 3)):
        _end_command(classroom, offset)
        classroom.world.queue.work_off()
        assert len(classroom.looks) == looks


def test_a_command_fails_only_what_the_learner_is_at(classroom: Classroom) -> None:
    """Passes count wherever they are; a failing verdict is for the first exercise that is not done."""
    attempt = classroom.open()
    classroom.passing = {"ex-3"}
    _end_command(classroom, 10)
    classroom.world.queue.work_off()
    rows = _progress(attempt)
    assert [rows[f"ex-{n}"].status for n in (1, 2, 3)] == [Status.FAILED, Status.TODO, Status.PASSED]


def test_a_pass_does_not_fail_the_next_in_the_same_breath(classroom: Classroom) -> None:
    """Who has just done one exercise has not failed the one that comes after it."""
    attempt = classroom.open()
    classroom.passing = {"ex-1"}
    _end_command(classroom, 10)
    classroom.world.queue.work_off()
    assert _progress(attempt)["ex-2"].status == Status.TODO


def test_what_was_asked_is_answered_wherever_it_is(classroom: Classroom) -> None:
    """The button on a later card gives that card its verdict."""
    attempt = classroom.open()
    actions.check(attempt=attempt, exercise=classroom.exercise(3))
    classroom.world.queue.work_off()
    rows = _progress(attempt)
    assert rows["ex-3"].status == Status.FAILED
    assert rows["ex-3"].tries == 1


def test_a_command_reproaches_nobody_for_an_answer_not_given(classroom: Classroom) -> None:
    """Where an answer is asked for, a failing verdict comes with the answer or the button, not with a command."""
    attempt = classroom.open()
    classroom.passing = {"ex-1"}
    _end_command(classroom, 10)
    classroom.world.queue.work_off()
    assert _progress(attempt)["ex-2"].status == Status.TODO
    actions.check(attempt=attempt, exercise=classroom.exercise(2))
    classroom.world.queue.work_off()
    assert _progress(attempt)["ex-2"].status == Status.FAILED


def test_the_same_failure_again_is_no_new_try(classroom: Classroom) -> None:
    """Tries count what was tried: an unchanged machine is the same try, a changed one another."""
    attempt = classroom.open()
    for offset, seen in enumerate(["nothing", "nothing", "a stopped one", "nothing"]):
        classroom.observed = {"ex-1": seen}
        _end_command(classroom, offset)
        classroom.world.queue.work_off()
    assert _progress(attempt)["ex-1"].tries == 3
    assert Verdict.objects.count() == 4


def test_what_passed_stays_passed(classroom: Classroom) -> None:
    """Asked again later, an exercise may fail, but what was done was done."""
    attempt = classroom.open()
    classroom.passing = {"ex-1"}
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    classroom.passing = set()
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    assert _progress(attempt)["ex-1"].status == Status.PASSED
    assert [verdict.passed for verdict in Verdict.objects.order_by("id")] == [True, False]


def test_a_newer_run_takes_the_place_of_the_waiting_one_and_answers_for_it(classroom: Classroom) -> None:
    """Three requests in a row are one look; what each asked about is answered."""
    attempt = classroom.open()
    actions.check(attempt=attempt, exercise=classroom.exercise(3))
    actions.check(attempt=attempt, exercise=classroom.exercise(2))
    _end_command(classroom, 10)
    assert sorted(attempt.check_runs.values_list("state", flat=True)) == ["superseded", "superseded", "waiting"]
    classroom.world.queue.work_off()
    assert len(classroom.looks) == 1
    assert {row.status for row in _progress(attempt).values()} == {Status.FAILED}


def test_one_waits_while_one_runs(classroom: Classroom) -> None:
    """A request during a run is done after it, without being lost."""
    attempt = classroom.open()
    usual = classroom.observe

    def observe(*arguments: object) -> object:
        if not classroom.looks:
            actions.check(attempt=attempt, exercise=classroom.exercise(2))
        return usual(*arguments)  # type: ignore[arg-type]

    classroom.observe = observe  # type: ignore[assignment,method-assign]
    observing.observe = observe  # type: ignore[assignment]
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    assert checking.run_next(attempt_id=attempt.id)
    assert not checking.run_next(attempt_id=attempt.id)
    assert [run.state for run in attempt.check_runs.all()] == [Run.DONE, Run.DONE]
    assert len(classroom.looks) == 2


def test_nonsense_from_a_machine_ends_the_run_alone(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding that cannot be judged fails this run with a sentence, and the next one is done."""
    attempt = classroom.open()

    def choke(*_arguments: object) -> object:
        raise RecursionError

    with monkeypatch.context() as patch:
        patch.setattr(observing, "observe", choke)
        actions.check(attempt=attempt, exercise=classroom.exercise(1))
        classroom.world.queue.work_off()
    assert "could not be judged" in attempt.check_runs.get().failure
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    assert attempt.check_runs.filter(state=Run.DONE).count() == 1


def test_a_run_whose_worker_was_killed_is_taken_up_again(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the middle of its look, a run is done by the next worker: one verdict, not none, not two."""
    attempt = classroom.open()

    def die(*_arguments: object) -> object:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(observing, "observe", die)
        actions.check(attempt=attempt, exercise=classroom.exercise(1))
        with pytest.raises(KilledError):
            classroom.world.queue.work_off()
    assert attempt.check_runs.get().state == Run.RUNNING
    classroom.world.queue.sent.clear()
    tasks.requeue(0)
    classroom.world.queue.work_off()
    assert (attempt.check_runs.get().state, Verdict.objects.count()) == (Run.DONE, 1)


def test_a_run_that_was_ended_by_another_writes_nothing(classroom: Classroom) -> None:
    """Of two workers that did the same run, the second finds it ended."""
    attempt = classroom.open()
    actions.check(attempt=attempt, exercise=classroom.exercise(1))

    def observe(*arguments: object) -> object:
        CheckRun.objects.update(state=Run.DONE)
        return classroom.observe(*arguments)  # type: ignore[arg-type]

    observing.observe = observe  # type: ignore[assignment]
    classroom.world.queue.work_off()
    assert not Verdict.objects.exists()


def test_checks_wait_for_a_machine_that_comes_back(classroom: Classroom) -> None:
    """A machine that dies under a check comes back, and the check is done then."""
    attempt = classroom.open()
    classroom.world.engine.die(classroom.sandbox().machine)
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    assert classroom.sandbox().boot == 2
    assert (attempt.check_runs.get().state, Verdict.objects.count()) == (Run.DONE, 1)


def test_a_check_without_a_machine_says_so(classroom: Classroom) -> None:
    """Nothing waits for ever: the learner reads why there is no verdict."""
    attempt = classroom.open()
    sandboxes.remove(sandbox=classroom.sandbox())
    classroom.world.queue.work_off()
    actions.check(attempt=attempt, exercise=classroom.exercise(1))
    classroom.world.queue.work_off()
    run = attempt.check_runs.get()
    assert run.state == Run.FAILED
    assert "Open the lesson" in run.failure
    assert classroom.world.of_kind("check")[-1]["failure"] == run.failure


def test_nothing_is_asked_when_all_has_passed(classroom: Classroom) -> None:
    """Commands after the last tick cost no look."""
    attempt = classroom.open()
    attempt.progress.update(status=Status.PASSED)
    assert _end_command(classroom, 10)
    assert not classroom.world.queue.sent


def test_a_grader_checks_a_sleeping_machine_and_lets_it_sleep_again(classroom: Classroom) -> None:
    """The machine is woken for the look; progress is the learner's and stays; the verdict is marked."""
    attempt, grader = classroom.open(), classroom.learner
    sandboxes.suspend(sandbox=classroom.sandbox())
    classroom.world.queue.work_off()
    classroom.passing = {"ex-1"}
    actions.recheck(attempt=attempt, exercise=None, grader=grader)
    classroom.world.queue.work_off()
    assert classroom.sandbox().state == State.SUSPENDED
    assert {row.status for row in _progress(attempt).values()} == {Status.TODO}
    assert [verdict.passed for verdict in Verdict.objects.order_by("exercise__number")] == [True, False, False]
    assert {verdict.run.trigger for verdict in Verdict.objects.all()} == {CheckRun.Trigger.GRADER}


def test_a_grader_keeps_the_place_of_a_machine_that_waits(classroom: Classroom) -> None:
    """With no room the check is tried again and again; so long the machine stays in the line, with nobody there."""
    attempt, grader = classroom.open(), classroom.learner
    sandboxes.suspend(sandbox=classroom.sandbox())
    classroom.world.queue.work_off()
    total, classroom.world.engine.total = classroom.world.engine.total, Amount()
    measuring.measure(row=engines.local())
    actions.recheck(attempt=attempt, exercise=None, grader=grader)
    classroom.world.queue.work_off()
    for _ in range(2):
        long_ago = timezone.now() - timedelta(minutes=2)
        Sandbox.objects.update(used_at=long_ago, state_at=long_ago, awaited_at=long_ago)
        tasks.requeue(0)
        classroom.world.queue.work_off()
        sandbox_tasks.reconcile()
        assert (classroom.sandbox().state, classroom.sandbox().is_waiting) == (State.RESUMING, True)
    classroom.world.engine.total = total
    sandbox_tasks.reconcile(0)
    classroom.world.queue.work_off()
    assert Verdict.objects.exists()


def test_a_learner_who_comes_back_during_a_recheck_keeps_the_machine(classroom: Classroom) -> None:
    """A machine that was used meanwhile is not put to sleep under its learner's hands."""
    attempt = classroom.open()
    sandboxes.suspend(sandbox=classroom.sandbox())
    classroom.world.queue.work_off()
    usual = classroom.observe

    def observe(*arguments: object) -> object:
        Sandbox.objects.update(used_at=timezone.now() + timedelta(seconds=1))
        return usual(*arguments)  # type: ignore[arg-type]

    observing.observe = observe  # type: ignore[assignment]
    actions.recheck(attempt=attempt, exercise=classroom.exercise(1), grader=classroom.learner)
    classroom.world.queue.work_off()
    assert classroom.sandbox().state == State.READY


def test_a_learners_command_does_not_take_a_graders_place(classroom: Classroom) -> None:
    """Both are done, each with its own trigger."""
    attempt = classroom.open()
    actions.recheck(attempt=attempt, exercise=classroom.exercise(1), grader=classroom.learner)
    _end_command(classroom, 10)
    classroom.world.queue.work_off()
    assert sorted(run.trigger for run in attempt.check_runs.filter(state=Run.DONE)) == ["command", "grader"]


def test_only_a_waiting_run_is_taken(classroom: Classroom) -> None:
    """A run that somebody ended between the look and the move is left."""
    attempt = classroom.open()
    run = checkruns.request(attempt=attempt, trigger=CheckRun.Trigger.BUTTON)
    CheckRun.objects.filter(id=run.id).update(state=Run.SUPERSEDED)
    assert not checkruns.take(run=run)
