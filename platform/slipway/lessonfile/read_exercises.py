"""Read the exercises out of lesson.yaml. Pure: no Django, no IO."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from slipway.lessonfile.derived import checks_of, mistakes_of, right_answer
from slipway.lessonfile.model import AnswerField, Check, Exercise, Mistake, SetupStep, Solution, Text, WrongAttempt
from slipway.lessonfile.nodes import Node
from slipway.lessonfile.problems import nearest
from slipway.lessonfile.questions import CHOSEN, AnswerError, written
from slipway.lessonfile.read_answers import AnswerReader
from slipway.lessonfile.read_checks import Surroundings, read_checks, read_mistakes
from slipway.lessonfile.read_subjects import refuse_braces
from slipway.lessonfile.read_text import Tongues, id_of, required, unique

_KEYS = (
    "id", "points", "answer", "answers", "checks", "mistakes", "hints", "wrong_attempts", "solution", "explain",
    "after", "covers", "drill",
)  # fmt: skip
_ATTEMPT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_POINTS = 100

Fields = Mapping[str, AnswerField]


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside lesson.yaml: titles of the sections by id, and scripts by file name in solutions/."""

    titles: Mapping[str, Text]
    scripts: Mapping[str, str]


def read_drill(node: Node, tongues: Tongues) -> SetupStep | None:
    """Return what is done before a look at the machine, or None when something of it is missing."""
    return _titled_script(node, node.mapping(["title", "script"], "a drill"), tongues, "drill")


def read_setup_step(node: Node, tongues: Tongues, exercises: Collection[str]) -> SetupStep | None:
    """Return a step of setup, or None when something of it is missing. It may name which of the exercises need it."""
    values = node.mapping(["title", "script", "for"], "a setup step")
    step = _titled_script(node, values, tongues, "setup step")
    items = values["for"].items("`for`") if "for" in values else []
    names = tuple(item.text("`for`") for item in items)
    for item, name in zip(items, names, strict=True):
        if name not in exercises:
            item.problem(f"`{name}` is no exercise of this lesson.", nearest(name, exercises))
    return step and replace(step, exercises=names)


def _titled_script(node: Node, values: Mapping[str, Node], tongues: Tongues, what: str) -> SetupStep | None:
    title, script = (required(node, values, key, f"The {what}") for key in ("title", "script"))
    if title is None or script is None:
        return None
    text = script.text("`script`")
    refuse_braces(script, text, f"the script of a {what}")
    return SetupStep(tongues.text(title, f"The title of a {what}"), text)


@dataclass(slots=True)
class ExerciseReader:
    """Reads one list of exercises; remembers where ids stand and which scripts it has met."""

    tongues: Tongues
    beside: Beside
    lines: dict[str, int]
    used_scripts: set[str]
    topics: frozenset[str] = frozenset()
    is_test: bool = False

    def read(self, node: Node | None) -> tuple[Exercise, ...]:
        """Return the exercises in the order of the file."""
        items = node.items("`exercises`") if node else []
        if node and not items:
            node.problem("The lesson has no exercises.", "Add one, with the id of its heading.")
        exercises = [self._exercise(item, number) for number, item in enumerate(items, start=1)]
        return tuple(exercise for exercise in exercises if exercise)

    def _exercise(self, node: Node, number: int) -> Exercise | None:
        values = node.mapping(_KEYS, "an exercise")
        answers = AnswerReader(self.tongues).read(values)
        self._require(node, values, answers)
        if self.is_test and "hints" in values:
            values["hints"].problem("A test has no hints.", "Remove `hints:`, or `test: true`.")
        if required(node, values, "id", "The exercise") is None:
            return None
        exercise_id = id_of(values["id"], "The id of an exercise")
        unique(values["id"], exercise_id, set(self.lines), "The exercise")
        after = self._after(values.get("after"))
        self.lines[exercise_id] = values["id"].line
        hints = self._hints(values.get("hints"))
        fields = {field.id: field for field in answers}
        around = Surroundings(self.tongues, frozenset(field.id for field in answers), len(hints))
        checks, mistakes = _with_questions(
            node, answers, read_checks(values.get("checks"), around), read_mistakes(values.get("mistakes"), around)
        )
        return Exercise(
            id=exercise_id,
            number=number,
            title=self.beside.titles.get(exercise_id, {}),
            points=values["points"].integer("`points`", 1, MAX_POINTS) if "points" in values else 1,
            checks=checks,
            mistakes=mistakes,
            hints=hints,
            answers=answers,
            solution=self._solution(node, values.get("solution"), exercise_id, fields),
            wrong_attempts=self._wrong_attempts(
                values.get("wrong_attempts"), exercise_id, fields, [mistake.id for mistake in mistakes]
            ),
            explain=self.tongues.optional(values, "explain", "`explain`"),
            after=after,
            covers=self._covers(values.get("covers")),
            drill=read_drill(values["drill"], self.tongues) if "drill" in values else None,
        )

    def _require(self, node: Node, values: Mapping[str, Node], answers: Sequence[AnswerField]) -> None:
        """Report what an exercise lacks. A question with options brings checks, and says why instead of a hint."""
        is_asked = any(field.kind in CHOSEN for field in answers)
        needed = [key for key in ("checks", "hints") if not is_asked and not (key == "hints" and self.is_test)]
        for key in ("points", *needed):
            required(node, values, key, "The exercise")

    def _after(self, node: Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        items = node.items("`after`") if node.is_list else [node]
        names = tuple(item.text("`after`") for item in items)
        for item, name in zip(items, names, strict=True):
            if name not in self.lines:
                item.problem(f"`{name}` is no exercise above this one.", nearest(name, self.lines))
        return names

    def _covers(self, node: Node | None) -> tuple[str, ...]:
        items = node.items("`covers`") if node else []
        names = tuple(item.text("`covers`") for item in items)
        for item, name in zip(items, names, strict=True):
            if name not in self.topics:
                item.problem(f"`{name}` is no topic of the course's topics.yaml.", nearest(name, self.topics))
        return names

    def _hints(self, node: Node | None) -> tuple[Text, ...]:
        return tuple(self.tongues.text(item, "A hint") for item in (node.items("`hints`") if node else []))

    def _solution(self, node: Node, given: Node | None, exercise_id: str, fields: Fields) -> Solution:
        values = given.mapping(["answers", "answers_from"], "`solution`") if given else {}
        name = f"{exercise_id}.sh"
        self.used_scripts.add(name)
        answers, answers_from = self._typed(values, fields)
        # What is right of a question with options is known from it.
        known = {field.id: right_answer(field) for field in fields.values() if field.kind in CHOSEN}
        solution = Solution(self.beside.scripts.get(name, ""), known | answers, answers_from)
        if not (solution.script or solution.answers or solution.answers_from):
            node.problem(
                f"The exercise `{exercise_id}` has no solution.",
                f"Write solutions/{name}, or `solution:` with answers.",
            )
        return solution

    def _wrong_attempts(
        self, node: Node | None, exercise_id: str, fields: Fields, mistakes: Sequence[str]
    ) -> tuple[WrongAttempt, ...]:
        attempts = []
        names: set[str] = set()
        for item in node.items("`wrong_attempts`") if node else []:
            values = item.mapping(["name", "mistake", "answers", "answers_from"], "a wrong attempt")
            required(item, values, "name", "The wrong attempt")
            if required(item, values, "mistake", "The wrong attempt") is None or "name" not in values:
                continue
            name = values["name"].name("The wrong attempt", _ATTEMPT, "small letters, digits and hyphens")
            unique(values["name"], name, names, "The wrong attempt")
            attempts.append(self._wrong_attempt(values, exercise_id, name, fields))
            if attempts[-1].mistake not in mistakes:
                values["mistake"].problem(
                    f"The exercise has no mistake `{attempts[-1].mistake}`.", nearest(attempts[-1].mistake, mistakes)
                )
        return tuple(attempts)

    def _wrong_attempt(self, values: Mapping[str, Node], exercise_id: str, name: str, fields: Fields) -> WrongAttempt:
        file = f"{exercise_id}.{name}.sh"
        self.used_scripts.add(file)
        answers, answers_from = self._typed(values, fields)
        script = self.beside.scripts.get(file, "")
        if not (script or answers or answers_from):
            values["name"].problem(f"solutions/{file} is missing.", "Write what would be typed, or `answers:`.")
        return WrongAttempt(name, values["mistake"].text("`mistake`"), script, answers, answers_from)

    def _typed(self, values: Mapping[str, Node], fields: Fields) -> tuple[dict[str, str], dict[str, str]]:
        """Return answers, and the commands that print answers, by field."""
        typed: list[dict[str, str]] = []
        for key in ("answers", "answers_from"):
            given = values[key].any_mapping(f"`{key}`") if key in values else {}
            for field in given.keys() - fields.keys():
                given[field].problem(f"There is no answer field `{field}`.", nearest(field, fields))
            typed.append({field: value.text(f"`{key}`") for field, value in given.items()})
            for field in (given.keys() & fields.keys()) if key == "answers" else ():
                typed[-1][field] = _as_kept(given[field], fields[field], typed[-1][field])
        return typed[0], typed[1]


def _as_kept(node: Node, field: AnswerField, text: str) -> str:
    """Return an answer of the author's as a learner's is kept; report one that no learner could give."""
    try:
        return written(field, text)
    except AnswerError as error:
        instead = nearest("", [option.id for option in field.options]) if field.options else "Write a number."
        node.problem(f"`{text[:80]}` is no answer of `{field.id}`: {error}", instead)
        return text


def _with_questions(
    node: Node, fields: Sequence[AnswerField], checks: tuple[Check, ...], mistakes: tuple[Mistake, ...]
) -> tuple[tuple[Check, ...], tuple[Mistake, ...]]:
    """Return the author's checks and mistakes, and behind them those that the questions stand for."""
    if any(field.is_prediction for field in fields) and not checks:
        node.problem(
            "A prediction alone is never tried out.", "Add a check that it was, such as `history: ^docker run`."
        )
    more_checks = tuple(check for field in fields for check in checks_of(field))
    more_mistakes = tuple(mistake for field in fields for mistake in mistakes_of(field))
    for kind, ours, theirs in (("check", more_checks, checks), ("mistake", more_mistakes, mistakes)):
        for name in {each.id for each in ours} & {each.id for each in theirs}:
            node.problem(f"The {kind} `{name}` is the name of one that a question makes.", "Give it another id.")
    return (*checks, *more_checks), (*mistakes, *more_mistakes)
