"""Walk through a lesson's text on one fresh machine: run each block where it stands, do each exercise at its place."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from slipway.engine.port import Engine, EngineError
from slipway.grading.judging import Judgement
from slipway.lessonfile.model import Exercise, Lesson
from slipway.lessonfile.outputs import Difference, difference, plain
from slipway.lessonfile.parameters import fill
from slipway.lessonfile.walkthrough import Block, Ending, Opening, Step, steps
from slipway.proofs.digests import TEXT
from slipway.prover.tryout import ImageOf, Machine, TryError, failures, fresh_machine

MAX_TOLD = 300


@dataclass(frozen=True, slots=True)
class Walked:
    """How a walk came out. `undone` are exercises whose checks hold no more at the end: a later one may want that.

    It was not tried when the engine did not do its part, and says nothing about the lesson then.
    """

    walk: "Walk"
    blocks: int
    outputs: int
    seconds: float
    notes: tuple[str, ...]
    undone: tuple[str, ...] = ()
    is_tried: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """Return what the walk's is."""
        return self.walk.key


@dataclass(frozen=True, slots=True)
class Walk:
    """One fresh machine for the whole text of a lesson."""

    course: str
    lesson: Lesson

    @property
    def key(self) -> tuple[str, str]:
        """Return the lesson's folder below the courses, and what stands for the text."""
        return f"{self.course}/{self.lesson.folder.name}", TEXT

    def run(self, engine: Engine, image_of: ImageOf) -> Walked:
        """Make a machine and walk. What goes wrong is told in the notes, and ends the walk when it cannot go on."""
        began = time.monotonic()
        found = steps(self.lesson)
        notes: list[str] = []
        undone: tuple[str, ...] = ()
        is_tried = True
        try:
            with fresh_machine(engine, image_of, self.lesson) as machine:
                walker = _Walker(machine, notes)
                for step in found:
                    walker.take(step)
                undone = walker.undone()
        except TryError as error:
            notes.append(str(error))
        except EngineError as error:
            notes.append(str(error))
            is_tried = False
        blocks = [step for step in found if isinstance(step, Block)]
        outputs = sum(block.output is not None for block in blocks)
        return Walked(self, len(blocks), outputs, time.monotonic() - began, tuple(notes), undone, is_tried)


@dataclass(slots=True)
class _Walker:
    """Who walks: the machine, what was noted, and what was answered."""

    machine: Machine
    notes: list[str]
    done: list[Exercise] = field(default_factory=list)
    answers: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Take one step. Raise `TryError` with the place when the walk cannot go on."""
        try:
            match step:
                case Block():
                    self._run(step)
                case Opening(exercise):
                    self._open(exercise)
                case Ending(exercise):
                    self._do(exercise)
        except TryError as error:
            raise TryError(f"{_place(step)}: {error}") from error

    def undone(self) -> tuple[str, ...]:
        """Return the exercises that were passed and whose checks hold no more."""
        return tuple(exercise.id for exercise in self.done if not self._judge(exercise).passed)

    def _run(self, block: Block) -> None:
        ran = self.machine.run_block(block.text)
        if block.output is None:
            if ran.exit_status:
                self.notes.append(
                    f"{_place(block)} fails with {ran.exit_status}, and no `output` below shows that it does."
                    f" Printed was: {plain(ran.printed).strip()[-MAX_TOLD:]}"
                )
            return
        shown = fill(block.output.text, self.machine.parameters)
        if found := difference(shown, plain(ran.printed)):
            self.notes.append(_told(block.output.line, block, found))

    def _open(self, exercise: Exercise) -> None:
        self.machine.answers = {}
        # Without its drill: who reads has asked for none yet.
        if self.machine.look(exercise).passed:
            self.notes.append(f"{exercise.id}: it passes before its section is read, by what stands above.")

    def _do(self, exercise: Exercise) -> None:
        self.machine.do(exercise, exercise.solution)
        self.answers[exercise.id] = dict(self.machine.answers)
        judgement = self.machine.judge_until(exercise, _is_passed)
        if judgement.passed:
            self.done.append(exercise)
        else:
            self.notes.append(f"{exercise.id}: the solution does not pass here. {failures(judgement)}")

    def _judge(self, exercise: Exercise) -> Judgement:
        self.machine.answers = dict(self.answers[exercise.id])
        return self.machine.look(exercise)


def _is_passed(judgement: Judgement) -> bool:
    return judgement.passed


def _place(step: Step) -> str:
    if isinstance(step, Block):
        return f"lesson.md:{step.line}: `{step.text.splitlines()[0]}`" + (" …" if "\n" in step.text else "")
    return step.exercise.id


def _told(first_line: int, block: Block, found: Difference) -> str:
    shown = "nothing more" if found.shown is None else f"`{found.shown[:MAX_TOLD]}`"
    printed = "nothing more" if found.printed is None else f"`{found.printed[:MAX_TOLD]}`"
    command = block.text.splitlines()[-1]
    return f"lesson.md:{first_line + found.at}: below `{command}` the text shows {shown}, and printed was {printed}."
