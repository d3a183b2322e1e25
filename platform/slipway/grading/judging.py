"""Judge an exercise on what was observed: which checks hold, which mistake was made, which hint fits.

Pure: no Django, no IO.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from slipway.grading.facts import MISSING, Fact, look_up
from slipway.grading.matching import MAX_SEARCHED, Matching, bounded, number, plain, shown
from slipway.lessonfile.matchers import AllOf, Each, Expectation, Matcher, Not, SameAs
from slipway.lessonfile.model import Check, Exercise, Memory, Mistake, Text, in_language
from slipway.lessonfile.parameters import fill_all
from slipway.lessonfile.regexes import compile_pattern
from slipway.lessonfile.subjects import Answer, History, Observed, Script, Subject

Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to observe in a machine. `key` is the same for the same thing."""

    key: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drilled:
    """How an exercise's drill ended; `said` is the last that it printed, or why it was ended."""

    passed: bool
    said: str

    @classmethod
    def ended(cls, exit_status: int, printed: bytes) -> "Drilled":
        """Return how a script came out that ended by itself."""
        lines = printed.decode("utf-8", "replace").replace("\0", "\ufffd").strip().splitlines()
        last = lines[-1].strip() if lines else "it said nothing"
        return cls(exit_status == 0, last if exit_status == 0 else f"{last} (exit status {exit_status})")

    @classmethod
    def too_long(cls, seconds: float) -> "Drilled":
        """Return how a script came out that had to be ended."""
        return cls(passed=False, said=f"it took longer than {seconds:g} s")


@dataclass(frozen=True, slots=True)
class Observations:
    """What the observer found: facts by the requests' keys, and why others have none; and the drill before it."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    drilled: Drilled | None = None


@dataclass(frozen=True, slots=True)
class TypedCommand:
    """A command that ended in the learner's terminal."""

    text: str
    exit_status: int


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one check came out. Both sides are at most 2,000 characters.

    Texts are as the lesson has them: parameters are filled in where they are shown, as values and not as Markdown.
    """

    id: str
    title: Text
    passed: bool
    expected: str
    observed: str
    message: Text

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {**asdict(self), "title": dict(self.title), "message": dict(self.message)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an exercise came out. `hint` counts from 1; `message`, without parameters, is empty when it passed."""

    passed: bool
    results: tuple[CheckResult, ...]
    mistake_id: str
    message: Text
    hint: int | None


class Unobserved(Exception):  # noqa: N818  (it is no error of ours: the machine did not tell)
    """Something could not be observed; the text says why."""


# Characters of a remembered value: a name, an id or a hash.
MAX_REMEMBERED = 500
# Stands where a check's id does; no check can be called so.
DRILL = "(drill)"
_NOT_YET: Text = {"en": "Not yet: {}", "hi-Latn": "Abhi nahi: {}"}


def plan(exercises: Iterable[Exercise], parameters: Parameters, remember: Iterable[Memory] = ()) -> tuple[Request, ...]:
    """Return what must be observed to judge these exercises, each thing once."""
    subjects = [subject for exercise in exercises for subject in _subjects_of(exercise)]
    subjects += [memory.subject for memory in remember]
    requests = (request_for(subject, parameters) for subject in subjects if not isinstance(subject, History | Answer))
    return tuple({request.key: request for request in requests}.values())


def request_for(subject: Observed, parameters: Parameters) -> Request:
    """Return the request for one subject, its parameters filled in."""
    filled = fill_all(subject, parameters)
    spec: dict[str, Any] = {"kind": filled.kind, **asdict(filled)}
    if isinstance(filled, Script):
        # A script is code: what it gets of the attempt comes as variables, never as text inside it.
        spec |= {"script": subject.script if isinstance(subject, Script) else "", "variables": dict(parameters)}
    key = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:16]
    return Request(key, spec)


def _subjects_of(exercise: Exercise) -> Iterator[Subject]:
    for check in (*exercise.checks, *(check for mistake in exercise.mistakes for check in mistake.when)):
        yield check.subject
        for expectation in check.expect:
            yield from _looked_up(expectation.matcher)


def _looked_up(matcher: Matcher) -> Iterator[Subject]:
    match matcher:
        case SameAs(subject):
            yield subject
        case Not(inner):
            yield from _looked_up(inner)
        case AllOf(matchers):
            for inner in matchers:
                yield from _looked_up(inner)
        case Each(expect):
            for expectation in expect:
                yield from _looked_up(expectation.matcher)


def judge(
    exercise: Exercise,
    observations: Observations,
    history: Sequence[TypedCommand],
    answers: Mapping[str, str],
    parameters: Parameters,
) -> Judgement:
    """Judge one exercise. `history` holds the commands of this attempt, `answers` what was typed by field.

    A drill that was done is the first result; it failed when its script did.
    """
    numbers = frozenset(field.id for field in exercise.answers if field.kind == "number")
    bench = _Bench(observations, history, answers, parameters, numbers)
    checks = tuple(bench.result(check) for check in exercise.checks)
    results = (*_drill_result(exercise, observations.drilled), *checks)
    if all(result.passed for result in results):
        return Judgement(passed=True, results=results, mistake_id="", message={}, hint=None)
    mistake = bench.mistake(exercise)
    failed = next(result for result in results if not result.passed)
    message = mistake.say if mistake else failed.message or _not_yet(failed.title)
    fitting = (check.hint for check, result in zip(exercise.checks, checks, strict=True) if result is failed)
    hint = (mistake.hint if mistake else None) or next(fitting, None)
    return Judgement(
        passed=False, results=results, mistake_id=mistake.id if mistake else "", message=message, hint=hint
    )


def _drill_result(exercise: Exercise, drilled: Drilled | None) -> tuple[CheckResult, ...]:
    if exercise.drill is None or drilled is None:
        return ()
    title = exercise.drill.title
    return (CheckResult(DRILL, title, drilled.passed, "it comes to its end", bounded(drilled.said), {}),)


def _not_yet(title: Text) -> Text:
    return {language: in_language(_NOT_YET, language).format(text) for language, text in title.items()}


def memories(remember: Iterable[Memory], observations: Observations, parameters: Parameters) -> dict[str, str]:
    """Return what a lesson remembers of a machine just set up. Raise `Unobserved` when a value is not there."""
    bench = _Bench(observations, (), {}, parameters)
    found = {}
    for memory in remember:
        value = look_up(bench.fact(memory.subject), memory.take)
        if value is MISSING:
            raise Unobserved(f"`remember: {memory.name}` found nothing at `{memory.take}`")
        found[memory.name] = "".join(filter(str.isprintable, plain(value)))[:MAX_REMEMBERED]
    return found


@dataclass(frozen=True, slots=True)
class _Bench:
    """Everything that is known when an exercise is judged."""

    observations: Observations
    history: Sequence[TypedCommand]
    answers: Mapping[str, str]
    parameters: Parameters
    numbers: frozenset[str] = frozenset()

    def fact(self, subject: Subject) -> Fact:
        """Return what was found about a subject. Raise `Unobserved` when nothing was."""
        if isinstance(subject, Answer):
            return self._answered(subject.id)
        if isinstance(subject, History):
            return self._typed(fill_all(subject, self.parameters))
        key = request_for(subject, self.parameters).key
        if key in self.observations.facts:
            return self.observations.facts[key]
        raise Unobserved(self.observations.failures.get(key, "it was not looked at"))

    def _answered(self, field_id: str) -> Fact:
        answer = self.answers.get(field_id, "").strip()
        value = number(answer) if field_id in self.numbers else None
        return {"value": answer if value is None else value} if answer else {}

    def _typed(self, subject: History) -> Fact:
        pattern = compile_pattern(subject.matches)
        found = [
            command
            for command in self._since(subject.after)
            if pattern.search(command.text[:MAX_SEARCHED]) and subject.exit_status in {None, command.exit_status}
        ]
        return {"count": len(found), "last": found[-1].text} if found else {"count": 0}

    def _since(self, after: str) -> Sequence[TypedCommand]:
        """Return the commands after the last one that matches and succeeded; all of them where nothing does."""
        pattern = compile_pattern(after)
        for place in range(len(self.history), 0, -1):
            command = self.history[place - 1]
            if after and command.exit_status == 0 and pattern.search(command.text[:MAX_SEARCHED]):
                return self.history[place:]
        return self.history

    def result(self, check: Check) -> CheckResult:
        """Judge one check and put both sides into words."""
        filled = fill_all(check, self.parameters)
        expect = fill_all(check.expect, self.parameters)
        matching = Matching(self._same_as)
        try:
            fact = self.fact(check.subject)
            misses = [item for item in expect if not matching.holds(item.matcher, look_up(fact, item.path))]
            expected = in_language(filled.expected, "en") or _expected(matching, misses or expect, filled.subject)
            observed = _observed(fact, misses or expect, filled.subject)
        except Unobserved as reason:
            misses, expected = list(expect), in_language(filled.expected, "en") or _names(expect)
            observed = f"could not be observed: {reason}"
        return CheckResult(check.id, check.title, not misses, bounded(expected), bounded(observed), check.message)

    def _same_as(self, matcher: SameAs) -> Fact:
        value = look_up(self.fact(matcher.subject), matcher.take)
        if value is MISSING:
            raise Unobserved(f"there is nothing at {matcher.take} to compare with")
        return value

    def mistake(self, exercise: Exercise) -> Mistake | None:
        """Return the first mistake whose signs are all there; what could not be observed is no sign."""
        matching = Matching(self._same_as)
        for mistake in exercise.mistakes:
            try:
                if all(self._holds(matching, check) for check in mistake.when):
                    return mistake
            except Unobserved:
                continue
        return None

    def _holds(self, matching: Matching, check: Check) -> bool:
        fact = self.fact(check.subject)
        expect = fill_all(check.expect, self.parameters)
        return all(matching.holds(item.matcher, look_up(fact, item.path)) for item in expect)


def _expected(matching: Matching, expect: Sequence[Expectation], subject: Subject) -> str:
    if isinstance(subject, Answer):
        # The answer itself must not stand on the card.
        return "what your machine says" if any(_looks_up(item.matcher) for item in expect) else "the right answer"
    return "; ".join(f"{item.path} {matching.says(item.matcher)}" for item in expect)


def _looks_up(matcher: Matcher) -> bool:
    return any(True for _ in _looked_up(matcher))


def _names(expect: Sequence[Expectation]) -> str:
    return ", ".join(item.path for item in expect)


def _observed(fact: Fact, expect: Sequence[Expectation], subject: Subject) -> str:
    """Return what was found where it was looked for."""
    if isinstance(subject, Answer):
        return shown(look_up(fact, "value")) if isinstance(fact, dict) and fact else "nothing typed yet"
    if isinstance(subject, Script):
        lines = plain(look_up(fact, "stdout")).strip().splitlines()
        return lines[-1] if lines else f"exit_status = {shown(look_up(fact, 'exit_status'))}"
    if isinstance(fact, dict) and fact.get("exists") is False:
        return "exists = false"
    said = [f"{item.path} = {_value(fact, item)}" for item in expect]
    paths = {item.path for item in expect}
    reasons = [look_up(fact, path) for path in ("error", "stderr") if path not in paths]
    return "; ".join([*said, *(shown(reason) for reason in reasons if reason is not MISSING and plain(reason))])


def _value(fact: Fact, item: Expectation) -> str:
    if isinstance(item.matcher, Each):
        rows = look_up(fact, item.path)
        paths = [inner.path for inner in item.matcher.expect]
        listed = rows if isinstance(rows, list) else []
        return "; ".join(
            " ".join([shown(look_up(row, "Name")), *(f"{path} = {shown(look_up(row, path))}" for path in paths)])
            for row in listed[:20]
        )
    return shown(look_up(fact, item.path))
