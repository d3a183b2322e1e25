"""Does an observed value meet a matcher, and how to say what was expected. Pure: no Django, no IO."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from slipway.grading.facts import MISSING, Fact, look_up
from slipway.lessonfile.matchers import (
    Absent,
    AllOf,
    AtLeast,
    AtMost,
    Contains,
    Each,
    Equals,
    Expectation,
    Matcher,
    Matches,
    Not,
    OneOf,
    SameAs,
    Scalar,
)
from slipway.lessonfile.regexes import compile_pattern
from slipway.lessonfile.visible import visible

MAX_TEXT = 2000
MAX_SEARCHED = 64 * 1024


@dataclass(frozen=True, slots=True)
class Matching:
    """Judges matchers; `observed` finds the facts of another subject and raises `Unobserved` when it has none."""

    observed: Callable[[SameAs], Fact]

    def holds(self, matcher: Matcher, value: Fact) -> bool:
        """Say whether the value meets the matcher. A value that is not there meets nothing but `absent`."""
        if isinstance(matcher, Absent):
            return (value is MISSING or value is None) == matcher.absent
        if isinstance(matcher, AllOf):
            return all(self.holds(inner, value) for inner in matcher.matchers)
        return value is not MISSING and self._holds(matcher, value)

    def _holds(self, matcher: Matcher, value: Fact) -> bool:
        match matcher:
            case Not(inner):
                return not self.holds(inner, value)
            case SameAs():
                return equal(value, self.observed(matcher))
            case Each(expect):
                return isinstance(value, list) and all(self._meets(item, expect) for item in value)
            case _:
                return _holds_alone(matcher, value)

    def _meets(self, item: Fact, expect: tuple[Expectation, ...]) -> bool:
        return all(self.holds(expectation.matcher, look_up(item, expectation.path)) for expectation in expect)

    def says(self, matcher: Matcher) -> str:
        """Return the matcher in words, to stand behind a path."""
        match matcher:
            case SameAs():
                return f"= {shown(self.observed(matcher))}"
            case Not(inner):
                return f"not {self.says(inner).removeprefix('= ')}"
            case AllOf(matchers):
                return " and ".join(self.says(inner) for inner in matchers)
            case Each(expect):
                return "each: " + ", ".join(f"{item.path} {self.says(item.matcher)}" for item in expect)
            case _:
                return _says_alone(matcher)


def _holds_alone(matcher: Matcher, value: Fact) -> bool:  # noqa: PLR0911  (one return for each kind)
    match matcher:
        case Equals(wanted):
            return equal(value, wanted)
        case OneOf(values):
            return any(equal(value, wanted) for wanted in values)
        case Contains(text):
            return _contains(value, text)
        case Matches(regex):
            return bool(compile_pattern(regex).search(plain(value)[:MAX_SEARCHED]))
        case AtLeast(wanted):
            return _in_order(number(wanted), number(value))
        case AtMost(wanted):
            return _in_order(number(value), number(wanted))
        case _:
            return False


def _says_alone(matcher: Matcher) -> str:  # noqa: PLR0911  (one return for each kind)
    match matcher:
        case Equals(wanted):
            return f"= {shown(wanted)}"
        case OneOf(values):
            return "one of " + ", ".join(shown(value) for value in values)
        case Contains(text):
            return f"contains {text}"
        case Matches(regex):
            return f"matches {regex}"
        case AtLeast(wanted):
            return f"at least {wanted}"
        case AtMost(wanted):
            return f"at most {wanted}"
        case _:
            return "absent" if isinstance(matcher, Absent) and matcher.absent else "present"


def _in_order(first: float | None, second: float | None) -> bool:
    return first is not None and second is not None and first <= second


def _contains(value: Fact, text: str) -> bool:
    if isinstance(value, list):
        return any(equal(item, text) for item in value)
    if isinstance(value, dict):
        return text in value
    return text in plain(value)


def equal(value: Fact, wanted: Fact) -> bool:
    """Compare numbers as numbers when one side is one, else as texts without their trailing newlines."""
    if isinstance(value, bool) or isinstance(wanted, bool) or value is None or wanted is None:
        return plain(value).lower() == plain(wanted).lower()
    if isinstance(value, int | float) or isinstance(wanted, int | float):
        left, right = number(value), number(wanted)
        return left is not None and left == right
    return plain(value) == plain(wanted)


def number(value: Fact | Scalar) -> float | None:
    """Return a value as a number, or None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def plain(value: Fact) -> str:
    """Return a value as text: texts without trailing newlines, whole numbers as such, everything else as JSON."""
    if isinstance(value, str):
        return value.rstrip("\n")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def shown(value: Fact) -> str:
    """Return a value as a short text for people; what is cut off is told."""
    if value is MISSING:
        return "nothing there"
    text = plain(value) or "empty"
    return text if len(text) <= MAX_TEXT // 2 else f"{text[: MAX_TEXT // 2]}… ({len(text)} characters)"


def bounded(text: str) -> str:
    """Return a text of at most 2,000 characters, without characters that could act on a terminal."""
    clean = visible(text)
    return clean if len(clean) <= MAX_TEXT else clean[: MAX_TEXT - 1] + "…"
