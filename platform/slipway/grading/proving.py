"""Prove exercises: nothing done fails, the solution passes, each wrong attempt gets the hint that is meant for it."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any

from slipway.engine.port import Engine, EngineError
from slipway.grading.judging import Judgement
from slipway.grading.tryout import ImageOf, TryError, fresh_machine
from slipway.lessonfile.model import Exercise, Lesson, WrongAttempt


@dataclass(frozen=True, slots=True)
class Case:
    """One fresh machine: the exercise's solution, or one of its wrong attempts."""

    course: str
    lesson: Lesson
    exercise: Exercise
    attempt: WrongAttempt | None

    @property
    def lesson_name(self) -> str:
        """Return the lesson's folder below the courses."""
        return f"{self.course}/{self.lesson.folder.name}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case came out. `nothing_fails` is only known of a solution's case."""

    case: Case
    is_good: bool
    nothing_fails: bool | None
    seconds: float
    note: str = ""


@dataclass(slots=True)
class Proof:
    """All that was found out about one exercise."""

    lesson: str
    exercise: str
    nothing_fails: bool | None = None
    solution_passes: bool = False
    wrong: dict[str, bool] = field(default_factory=dict)
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Say whether everything was as it must be."""
        return bool(self.nothing_fails) and self.solution_passes and all(self.wrong.values())

    def as_json(self) -> dict[str, Any]:
        """Return one line of `prove --json`."""
        return {
            "lesson": self.lesson,
            "exercise": self.exercise,
            "nothing_fails": bool(self.nothing_fails),
            "solution_passes": self.solution_passes,
            "wrong": self.wrong,
            "seconds": round(self.seconds, 2),
            "ok": self.ok,
            "notes": self.notes,
        }

    def add(self, outcome: Outcome) -> None:
        """Take in how one case came out."""
        self.seconds += outcome.seconds
        if outcome.note:
            self.notes.append(outcome.note)
        if outcome.case.attempt:
            self.wrong[outcome.case.attempt.name] = outcome.is_good
        else:
            self.nothing_fails = outcome.nothing_fails
            self.solution_passes = outcome.is_good


def cases_of(course: str, lesson: Lesson) -> Iterator[Case]:
    """Yield the cases of a lesson, exercise by exercise."""
    for exercise in lesson.exercises:
        yield Case(course, lesson, exercise, None)
        for attempt in exercise.wrong_attempts:
            yield Case(course, lesson, exercise, attempt)


def run_case(engine: Engine, image_of: ImageOf, case: Case) -> Outcome:
    """Make a fresh machine, try, and judge. What goes wrong on the way is the case's failure, told in its note."""
    began = time.monotonic()
    nothing_fails: bool | None = None
    try:
        after = {name: case.lesson.exercise(name) for name in _chain(case.lesson, case.exercise)}
        with fresh_machine(engine, image_of, case.lesson, after) as machine:
            if case.attempt is None:
                nothing_fails = not machine.judge(case.exercise).passed
            machine.do(case.exercise, case.attempt or case.exercise.solution)
            judgement = machine.judge_until(case.exercise, lambda found: _is_meant(case, found))
        is_good, note = _is_meant(case, judgement), _note(case, judgement)
        if nothing_fails is False:
            note = f"It passes with nothing done. {note}".strip()
    except (TryError, EngineError) as error:
        is_good, note = False, f"{_name(case)}: {error}"
    return Outcome(case, is_good, nothing_fails, time.monotonic() - began, note)


def _chain(lesson: Lesson, exercise: Exercise) -> list[str]:
    """Return every exercise whose solution comes first, in the lesson's order."""
    wanted: set[str] = set()
    waiting = list(exercise.after)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting.extend(lesson.exercise(name).after)
    return [other.id for other in lesson.exercises if other.id in wanted]


def _is_meant(case: Case, judgement: Judgement) -> bool:
    if case.attempt is None:
        return judgement.passed
    return not judgement.passed and judgement.mistake_id == case.attempt.mistake


def _name(case: Case) -> str:
    return f"wrong attempt {case.attempt.name}" if case.attempt else "solution"


def _note(case: Case, judgement: Judgement) -> str:
    """Say what came out instead of what was meant."""
    if _is_meant(case, judgement):
        return ""
    failed = [
        f"{result.id}: expected {result.expected[:200]}, observed {result.observed[:200]}"
        for result in judgement.results
        if not result.passed
    ]
    if case.attempt is None:
        return f"The solution does not pass. {' | '.join(failed)}"
    if judgement.passed:
        return f"{_name(case)} passes, so the checks do not tell it from a solution."
    named = f"`{judgement.mistake_id}`" if judgement.mistake_id else "no mistake"
    return f"{_name(case)}: meant for `{case.attempt.mistake}`, named {named}. {' | '.join(failed)}"


def prove(engine: Engine, image_of: ImageOf, cases: Iterable[Case], machines: int) -> Iterator[Outcome]:
    """Yield the outcomes as they come, so many machines at a time. The first outcome of a kind may come last."""
    with ThreadPoolExecutor(max_workers=machines, thread_name_prefix="prove") as pool:
        waiting: list[Future[Outcome]] = [pool.submit(run_case, engine, image_of, case) for case in cases]
        try:
            for future in as_completed(waiting):
                yield future.result()
        finally:
            for future in waiting:
                future.cancel()
