"""Prove exercises: nothing done fails, the solution passes, each wrong attempt gets the hint that is meant for it."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from slipway.engine.port import Engine, EngineError
from slipway.grading.judging import Judgement
from slipway.lessonfile.model import Exercise, Lesson, WrongAttempt
from slipway.prover.tryout import ImageOf, Machine, TryError, failures, fresh_machine


@dataclass(frozen=True, slots=True)
class Case:
    """One fresh machine: the exercise's solution, or one of its wrong attempts."""

    course: str
    lesson: Lesson
    exercise: Exercise
    attempt: WrongAttempt | None

    @property
    def key(self) -> tuple[str, str]:
        """Return the lesson's folder below the courses, and the exercise's id."""
        return f"{self.course}/{self.lesson.folder.name}", self.exercise.id

    def run(self, engine: Engine, image_of: ImageOf) -> "Outcome":
        """Make a fresh machine, try, and judge. What goes wrong on the way is the case's failure, told in its note."""
        began = time.monotonic()
        nothing_fails: bool | None = None
        is_tried = True
        try:
            if self.attempt is None and self.exercise.drill:
                # On a machine of its own: the solution is to do without what a drill has left.
                with self._fresh_machine(engine, image_of) as machine:
                    nothing_fails = not machine.judge(self.exercise).passed
            with self._fresh_machine(engine, image_of) as machine:
                if self.attempt is None and nothing_fails is None:
                    nothing_fails = not machine.judge(self.exercise).passed
                machine.do(self.exercise, self.attempt or self.exercise.solution)
                judgement = machine.judge_until(self.exercise, self._is_meant)
            is_good, notes = self._is_meant(judgement), [self._note(judgement)]
            if nothing_fails is False:
                notes.insert(0, "It passes with nothing done.")
        except (TryError, EngineError) as error:
            is_good, notes, is_tried = False, [f"{self._name}: {error}"], not isinstance(error, EngineError)
        return Outcome(self, is_good, nothing_fails, time.monotonic() - began, tuple(filter(None, notes)), is_tried)

    def _fresh_machine(self, engine: Engine, image_of: ImageOf) -> AbstractContextManager[Machine]:
        return fresh_machine(engine, image_of, self.lesson, self.lesson.before(self.exercise))

    @property
    def _name(self) -> str:
        return f"wrong attempt {self.attempt.name}" if self.attempt else "solution"

    def _is_meant(self, judgement: Judgement) -> bool:
        if self.attempt is None:
            return judgement.passed
        return not judgement.passed and judgement.mistake_id == self.attempt.mistake

    def _note(self, judgement: Judgement) -> str:
        """Say what came out instead of what was meant."""
        if self._is_meant(judgement):
            return ""
        if self.attempt is None:
            return f"The solution does not pass. {failures(judgement)}"
        if judgement.passed:
            return f"{self._name} passes, so the checks do not tell it from a solution."
        named = f"`{judgement.mistake_id}`" if judgement.mistake_id else "no mistake"
        return f"{self._name}: meant for `{self.attempt.mistake}`, named {named}. {failures(judgement)}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case came out. `nothing_fails` is only known of a solution's case.

    It was not tried when the engine did not do its part, and says nothing about the lesson then.
    """

    case: Case
    is_good: bool
    nothing_fails: bool | None
    seconds: float
    notes: tuple[str, ...] = ()
    is_tried: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """Return what the case's is."""
        return self.case.key

    @property
    def place(self) -> int:
        """Return the place of the case among those of its exercise."""
        return (None, *self.case.exercise.wrong_attempts).index(self.case.attempt)


def cases_of(course: str, lesson: Lesson, exercise: Exercise) -> Iterator[Case]:
    """Yield the cases of an exercise."""
    yield Case(course, lesson, exercise, None)
    for attempt in exercise.wrong_attempts:
        yield Case(course, lesson, exercise, attempt)
