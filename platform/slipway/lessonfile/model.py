"""A course and its lessons as typed objects. Pure: no Django, no IO.

Every `Text` is kept as it was written: inline Markdown with `{{parameters}}`. Fill and show it with `render.text_html`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from slipway.lessonfile.matchers import Expectation
from slipway.lessonfile.subjects import Subject

DEFAULT_LANGUAGE = "en"
LANGUAGES = ("en", "hi-Latn")
# Terminals beside a lesson that says nothing of them, and at most: each is a shell and a holder in the machine.
TERMINALS, MOST_TERMINALS = 3, 9

_WORD = re.compile(r"[a-z][a-z0-9_]*")

# Text by language tag; `en` is always there.
Text = Mapping[str, str]


def in_language(text: Text, language: str) -> str:
    """Return the text in this language, else in English."""
    return text.get(language) or text.get(DEFAULT_LANGUAGE, "")


@dataclass(frozen=True, slots=True)
class Choose:
    """One of these."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number between both, inclusive."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Hex:
    """So many random hexadecimal digits."""

    digits: int


@dataclass(frozen=True, slots=True)
class Sample:
    """So many different ones of these, divided by spaces."""

    values: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Composed:
    """A text in which parameters above it stand."""

    text: str


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """How one parameter of an attempt is drawn. It never equals the parameters named in `differs_from`."""

    name: str
    source: Choose | Integer | Hex | Sample | Composed
    differs_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What is observed once, when setup has ended, and kept as a parameter of the attempt."""

    name: str
    subject: Subject
    take: str


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A script that bash runs as root in the machine: when the attempt begins there, or as a drill.

    `exercises` are those that need it, by id; empty stands for all.
    """

    title: Text
    script: str
    exercises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """An assertion on real state: it passes when every expectation is met."""

    id: str
    title: Text
    subject: Subject
    expect: tuple[Expectation, ...]
    message: Text = field(default_factory=dict)
    hint: int | None = None
    expected: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known wrong way: named when the exercise did not pass and all of `when` holds."""

    id: str
    when: tuple[Check, ...]
    say: Text
    hint: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose, to order, or to match with `partner`; `why` is said to who answers it wrongly."""

    id: str
    text: Text
    is_right: bool = False
    partner: Text = field(default_factory=dict)
    why: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a prediction is compared with: what is found at the path `take` once the command was run."""

    subject: Subject
    take: str


@dataclass(frozen=True, slots=True)
class AnswerField:
    """A question on the exercise's card, typed or chosen; `kind` is one of `questions.KINDS`.

    What makes an answer right are checks, also for the kinds that have options: those are derived when a lesson is
    read. A prediction is kept before the learner tries, and never wrong; `outcome` is for one that is typed.
    """

    id: str
    label: Text
    kind: str = "text"
    options: tuple[Option, ...] = ()
    unit: str = ""
    is_prediction: bool = False
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """What passes: a script typed into the terminal, answers, and answers that a command prints."""

    script: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    answers_from: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WrongAttempt:
    """What must fail, and the mistake that must be named then."""

    name: str
    mistake: str
    script: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    answers_from: Mapping[str, str] = field(default_factory=dict)


Hint = Text


@dataclass(frozen=True, slots=True)
class Exercise:
    """A section of the lesson that is checked.

    `after` names exercises whose solutions it builds on, `covers` the topics of the course that it does. `drill` is
    what is done to the machine before it is looked at, each time somebody asks for a check of this very exercise.
    """

    id: str
    number: int
    title: Text
    points: int
    checks: tuple[Check, ...]
    mistakes: tuple[Mistake, ...] = ()
    hints: tuple[Hint, ...] = ()
    answers: tuple[AnswerField, ...] = ()
    solution: Solution = field(default_factory=Solution)
    wrong_attempts: tuple[WrongAttempt, ...] = ()
    explain: Text = field(default_factory=dict)
    after: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    drill: SetupStep | None = None


@dataclass(frozen=True, slots=True)
class Costs:
    """How many points of an exercise one more hint costs, and its solution."""

    hint: int = 0
    solution: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """How long a lesson's machine stays awake: unused, and at all. None stands for what the installation says.

    `restarts`: containers that ran in it when it was suspended are started again when it comes back.
    """

    idle_minutes: int | None = None
    cap_minutes: int | None = None
    restarts: bool = False


DEFAULT_SESSION = Session()


@dataclass(frozen=True, slots=True)
class Lesson:
    """One folder, unrendered: `sources` is its Markdown, `pictures` its `name.svg`, `recordings` its `name.cast`.

    `glossary` is the course's: what each of its terms means. A test has no hints and shows no solutions.
    `terminals` is how many a learner may have open beside it.
    """

    folder: Path
    slug: str
    number: int
    title: Text
    summary: Text
    minutes: int
    image: str
    languages: tuple[str, ...]
    parameters: tuple[ParameterSpec, ...]
    remember: tuple[Memory, ...]
    setup: tuple[SetupStep, ...]
    exercises: tuple[Exercise, ...]
    sources: Mapping[str, str]
    pictures: Mapping[str, str]
    recordings: Mapping[str, str] = field(default_factory=dict)
    glossary: Mapping[str, Text] = field(default_factory=dict)
    is_test: bool = False
    terminals: int = TERMINALS
    costs: Costs = field(default_factory=Costs)
    session: Session = DEFAULT_SESSION

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Return the names that texts may use: drawn ones, then remembered ones."""
        return tuple(spec.name for spec in self.parameters) + tuple(memory.name for memory in self.remember)

    def exercise(self, exercise_id: str) -> Exercise:
        """Return the exercise of this id. Raise `KeyError` when there is none."""
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise KeyError(exercise_id)

    def before(self, exercise: Exercise) -> tuple[Exercise, ...]:
        """Return every exercise whose solution comes before this one's by `after`, in the lesson's order."""
        wanted: set[str] = set()
        waiting = list(exercise.after)
        while waiting:
            name = waiting.pop()
            if name not in wanted:
                wanted.add(name)
                waiting.extend(self.exercise(name).after)
        return tuple(other for other in self.exercises if other.id in wanted)

    def prepared_for(self, exercise: Exercise) -> "Lesson":
        """Return the lesson with the setup that one exercise needs, and those before it, and what they remember of it.

        A learner gets all of it. It is for tries at one exercise, which need not wait for the others' things.
        """
        needing = (exercise, *self.before(exercise))
        ids = {other.id for other in needing}
        setup = tuple(step for step in self.setup if not step.exercises or ids & set(step.exercises))
        words = frozenset(_WORD.findall(repr(needing)))
        remember = tuple(memory for memory in self.remember if len(setup) == len(self.setup) or memory.name in words)
        return replace(self, setup=setup, remember=remember)


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that a course promises to do, in plain English."""

    id: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Course:
    """One course folder; `lessons` are in the order of their numbers."""

    folder: Path
    slug: str
    title: Text
    summary: Text
    languages: tuple[str, ...]
    position: int
    lessons: tuple[Lesson, ...]
    topics: tuple[Topic, ...] = ()
    glossary: Mapping[str, Text] = field(default_factory=dict)
