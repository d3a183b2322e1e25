"""Leave out one line of a solution at a time: a line that no check misses does nothing, or is not checked."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from slipway.engine.port import Engine, EngineError
from slipway.lessonfile.model import Exercise, Lesson
from slipway.lessonfile.typed import Command, commands
from slipway.prover.tryout import ImageOf, TryError, fresh_machine

# Without one of its lines a solution often waits for what never comes; with all of them it boots a virtual machine.
COMMAND_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fresh machine on which a solution is typed without one of its commands."""

    course: str
    lesson: Lesson
    exercise: Exercise
    left_out: Command

    @property
    def key(self) -> tuple[str, str]:
        """Return the lesson's folder below the courses, and the exercise's id."""
        return f"{self.course}/{self.lesson.folder.name}", self.exercise.id

    def run(self, engine: Engine, image_of: ImageOf) -> "Noticed":
        """Make a fresh machine, type the rest, judge. A rest that cannot be typed to its end is noticed, too."""
        began = time.monotonic()
        solution = replace(self.exercise.solution, script=without(self.exercise.solution.script, self.left_out))
        try:
            with fresh_machine(engine, image_of, self.lesson, self.lesson.before(self.exercise)) as machine:
                machine.command_seconds = COMMAND_SECONDS
                try:
                    machine.do(self.exercise, solution)
                    is_noticed = not machine.judge_until(self.exercise, lambda judgement: judgement.passed).passed
                except TryError:
                    is_noticed = True
        except (TryError, EngineError) as error:
            return Noticed(self, is_noticed=False, seconds=time.monotonic() - began, trouble=str(error))
        return Noticed(self, is_noticed=is_noticed, seconds=time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class Noticed:
    """Whether a check missed what was left out; `trouble` is why that could not be found out."""

    mutation: Mutation
    is_noticed: bool
    seconds: float
    trouble: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Return what the mutation's is."""
        return self.mutation.key

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what is wrong."""
        left_out = self.mutation.left_out
        place = f"solutions/{self.mutation.exercise.id}.sh:{left_out.line}"
        if self.trouble:
            return (f"{place}: it could not be tried without this line: {self.trouble}",)
        if self.is_noticed:
            return ()
        said = f"{place}: no check notices when this is left out: `{_first_line(left_out.text)}`."
        return (f"{said} Let one see what it does, or end the line with `  # unchecked: REASON`.",)

    def as_json(self) -> dict[str, Any]:
        """Return one line of `prove --mutate --json`."""
        lesson, exercise = self.key
        return {
            "lesson": lesson,
            "exercise": exercise,
            "line": self.mutation.left_out.line,
            "text": self.mutation.left_out.text,
            "noticed": self.is_noticed,
            "seconds": round(self.seconds, 2),
            "notes": list(self.notes),
        }


def mutations_of(course: str, lesson: Lesson, exercise: Exercise) -> Iterator[Mutation]:
    """Yield a mutation for each command of a solution that has several, but those that are said to be unchecked.

    To leave out the only one is to do nothing, which is tried anyway.
    """
    typed = [command for command in commands(exercise.solution.script) if command.text]
    for command in typed if len(typed) > 1 else []:
        if not command.unchecked:
            yield Mutation(course, lesson, exercise, command)


def without(script: str, left_out: Command) -> str:
    """Return what is typed of a script without one command; the blank lines around it stay, and wait."""
    return "\n".join(command.text for command in commands(script) if command.line != left_out.line)


def _first_line(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first} …" if rest else first
