"""A fresh machine for one try: set up as an attempt would, typed into, judged, and removed without a trace."""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

from slipway.engine.port import Engine, MachineSpec
from slipway.grading import judging, observing
from slipway.grading.drills import drill
from slipway.grading.judging import Drilled, Judgement, TypedCommand
from slipway.grading.slimming import slim
from slipway.lessonfile import scripts
from slipway.lessonfile.model import Exercise, Lesson, SetupStep, Solution, WrongAttempt
from slipway.lessonfile.parameters import draw, fill
from slipway.lessonfile.typed import commands

PYTHON = ("/opt/slipway/python", "-I", "-S")
ATTACH = (*PYTHON, "/opt/slipway/terminal/attach.py", "prove")
# Of a whole script, and of one command in it: a virtual machine takes most of a minute to boot, longer beside others.
TYPING_SECONDS = 600.0
COMMAND_SECONDS = 200.0
ANSWER_SECONDS = 20.0
# A container that was just started may need a moment until its server answers.
PATIENCE_SECONDS = 3.0
PAUSE_SECONDS = 0.5
ImageOf = Callable[[str], str]


class TryError(Exception):
    """A try could not be made; the text says what happened on the machine."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a block of commands ended: what it printed, as the terminal was sent it, and its last exit status."""

    printed: str
    exit_status: int


@dataclass(slots=True)
class Machine:
    """One running machine in which a lesson was begun."""

    engine: Engine
    name: str
    lesson: Lesson
    parameters: dict[str, str]
    command_seconds: float
    history: list[TypedCommand] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    # Where the terminal was left: its shell's mark, and how much was printed by then.
    _boot: str = "00" * 8
    _offset: int = 0

    def set_up(self) -> None:
        """Run the setup steps and remember what the lesson wants remembered. Raise `TryError`."""
        for step in self.lesson.setup:
            self._run(scripts.setup_argv(step, self.parameters), scripts.SETUP_TIMEOUT_SECONDS, "setup")
        if self.lesson.remember:
            requests = judging.plan((), self.parameters, self.lesson.remember)
            found = observing.observe(self.engine, self.name, requests)
            try:
                self.parameters |= judging.memories(self.lesson.remember, found, self.parameters)
            except judging.Unobserved as error:
                raise TryError(str(error)) from error

    def do(self, exercise: Exercise, tried: Solution | WrongAttempt) -> None:
        """Type a script and give the answers that belong to it. Raise `TryError` when that is not possible."""
        if tried.script:
            self._type([fill(command.text, self.parameters) for command in commands(tried.script)])
        self.answers = {name: fill(answer, self.parameters) for name, answer in tried.answers.items()}
        for name, line in tried.answers_from.items():
            step = SetupStep({}, fill(line, self.parameters))
            said = self._run(scripts.setup_argv(step, self.parameters), ANSWER_SECONDS, f"answer {exercise.id}.{name}")
            self.answers[name] = said.strip()

    def run_block(self, block: str) -> Ran:
        """Run a block of commands as the page's Run button does. Raise `TryError` if the prompt does not come back."""
        return self._type([fill(block, self.parameters)], is_pasted=True)

    def _type(self, lines: Sequence[str], *, is_pasted: bool = False) -> Ran:
        """Type into the terminal where it was left."""
        order = {
            "commands": list(lines),
            "is_pasted": is_pasted,
            "seconds": self.command_seconds,
            "boot": self._boot,
            "offset": self._offset,
        }
        argv = [*PYTHON, "-c", typist(), json.dumps(order), *ATTACH]
        ended = self.engine.run(self.name, argv, timeout_seconds=TYPING_SECONDS)
        try:
            typed = json.loads(ended.stdout)
        except ValueError:
            words = ended.stderr.decode("utf-8", "replace").strip()[-500:]
            raise TryError(f"the terminal could not be typed into: {words}") from None
        self._boot, self._offset = typed["boot"], typed["offset"]
        self.history += [TypedCommand(text, status) for text, status in typed["commands"]]
        if typed["trouble"]:
            raise TryError(f"{typed['trouble']}; the terminal showed: {typed['output'][-500:]!r}")
        return Ran(typed["printed"], typed["commands"][-1][1] if typed["commands"] else 0)

    def _run(self, argv: Sequence[str], seconds: float, what: str) -> str:
        ended = self.engine.run(self.name, argv, timeout_seconds=seconds)
        if ended.exit_status != 0:
            words = (ended.stderr or ended.stdout).decode("utf-8", "replace").strip()[-500:]
            raise TryError(f"{what} ended with {ended.exit_status}: {words}")
        return ended.stdout.decode("utf-8", "replace")

    def judge(self, exercise: Exercise) -> Judgement:
        """Do the exercise's drill if it has one, look at the machine, and judge."""
        return self.look(exercise, drill(self.engine, self.name, exercise, self.parameters))

    def look(self, exercise: Exercise, drilled: Drilled | None = None) -> Judgement:
        """Look at the machine and judge the exercise, without doing anything to it."""
        requests = judging.plan([exercise], self.parameters)
        found = observing.observe(self.engine, self.name, requests) if requests else judging.Observations()
        return judging.judge(exercise, replace(found, drilled=drilled), self.history, self.answers, self.parameters)

    def judge_until(self, exercise: Exercise, is_good: Callable[[Judgement], bool]) -> Judgement:
        """Judge until it is good, or patience ends; a drill is done once."""
        drilled = drill(self.engine, self.name, exercise, self.parameters)
        end = time.monotonic() + PATIENCE_SECONDS
        judgement = self.look(exercise, drilled)
        while not is_good(judgement) and time.monotonic() < end:
            time.sleep(PAUSE_SECONDS)
            judgement = self.look(exercise, drilled)
        return judgement


def failures(judgement: Judgement) -> str:
    """Say what did not hold."""
    return " | ".join(
        f"{result.id}: expected {result.expected[:200]}, observed {result.observed[:200]}"
        for result in judgement.results
        if not result.passed
    )


@cache
def typist() -> str:
    """Return the program that types, as it is sent into a machine."""
    source = resources.files("slipway.prover").joinpath("typist.py").read_text()
    return f"{slim(source)}\nmain()\n"


@contextmanager
def fresh_machine(
    engine: Engine, image_of: ImageOf, lesson: Lesson, solved: Iterable[Exercise] = ()
) -> Iterator[Machine]:
    """Yield a machine where the lesson was just begun and some exercises are solved; remove it at the end."""
    name = f"prove-{secrets.token_hex(6)}"
    try:
        engine.start_machine(MachineSpec(name=name, disk=name, image=image_of(lesson.image)))
        machine = Machine(engine, name, lesson, draw(lesson), COMMAND_SECONDS)
        machine.set_up()
        for exercise in solved:
            machine.do(exercise, exercise.solution)
            machine.answers = {}
        yield machine
    finally:
        _remove(engine, name)


def _remove(engine: Engine, name: str) -> None:
    try:
        engine.stop_machine(name)
    finally:
        engine.delete_disk(name)
