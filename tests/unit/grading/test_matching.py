"""What an observed value must be, and how that is said."""

import pytest

from slipway.grading.facts import MISSING, look_up
from slipway.grading.matching import Matching, bounded, equal, plain, shown
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
    Near,
    Not,
    OneOf,
    SameAs,
)
from slipway.lessonfile.subjects import Command

MATCHING = Matching(lambda _: "6.1\n")

HOLDS = [
    (Equals("a"), "a\n"),
    (Equals("8100"), 8100),
    (Equals(1), "1.0"),
    (Equals(True), True),
    (Equals("true"), True),
    (Equals(""), ""),
    (OneOf((1, "b")), "b"),
    (Contains("b"), "abc"),
    (Contains("b"), ["a", "b"]),
    (Contains("b"), {"b": 1}),
    (Matches("^b"), "a\nbc"),
    (AtLeast("2"), 2),
    (AtMost(2), "1.5"),
    (Near((), 512, 5), "516.5"),
    (Near((), "-100", 10, is_percent=True), -110),
    (Absent(True), MISSING),
    (Absent(True), None),
    (Absent(False), 0),
    (Not(Equals("a")), "b"),
    (AllOf((AtLeast(1), AtMost(3))), 2),
    (SameAs(Command(("uname",)), "stdout"), "6.1"),
    (Each((Expectation("a", Equals(1)),)), [{"a": 1}, {"a": 1}]),
]
FAILS: list[tuple[Matcher, object]] = [
    (Equals("0644"), "644"),
    (Equals(1), "one"),
    (Equals(1), True),
    (Equals(True), MISSING),
    (Not(Equals("a")), MISSING),
    (OneOf(("a",)), "b"),
    (Contains("x"), "abc"),
    (Matches("^c"), "abc"),
    (AtLeast(2), "many"),
    (AtMost(2), True),
    (Absent(True), ""),
    (Absent(False), MISSING),
    (AllOf((AtLeast(1), AtMost(3))), 4),
    (SameAs(Command(("uname",)), "stdout"), "6.2"),
    (Each((Expectation("a", Equals(1)),)), [{"a": 1}, {}]),
    (Each((Expectation("a", Equals(1)),)), "text"),
]


@pytest.mark.parametrize(("matcher", "value"), HOLDS)
def test_it_holds(matcher: Matcher, value: object) -> None:
    """The value is what the author meant."""
    assert MATCHING.holds(matcher, value)


@pytest.mark.parametrize(("matcher", "value"), FAILS)
def test_it_does_not_hold(matcher: Matcher, value: object) -> None:
    """The value is something else, or is not there."""
    assert not MATCHING.holds(matcher, value)


@pytest.mark.parametrize(
    ("matcher", "words"),
    [
        (Equals("running"), "= running"),
        (Not(Equals("a")), "not a"),
        (OneOf((1, "b")), "one of 1, b"),
        (AllOf((AtLeast(1), AtMost(3))), "at least 1 and at most 3"),
        (SameAs(Command(("uname",)), "stdout"), "= 6.1"),
        (Absent(True), "absent"),
        (Each((Expectation("a", Equals(1)),)), "each: a = 1"),
        (Contains("x"), "contains x"),
        (Matches("^x"), "matches ^x"),
    ],
)
def test_it_is_said_in_words(matcher: Matcher, words: str) -> None:
    """Short enough to stand beside what was observed."""
    assert MATCHING.says(matcher) == words


def test_paths_lead_into_docker_s_json() -> None:
    """Dots, list places, quoted names, lengths."""
    fact = {"Config": {"Labels": {"a.b": "x"}}, "List": [{"n": 1}], "Text": "abc", "Null": None}
    assert look_up(fact, 'Config.Labels."a.b"') == "x"
    assert look_up(fact, "List.0.n") == 1
    assert look_up(fact, "List.length") == 1
    assert look_up(fact, "Text.length") == 3
    assert look_up(fact, "Null") is None
    assert look_up(fact, "List.7") is look_up(fact, "No.Such") is look_up(fact, "Text.0") is MISSING


def test_values_are_shown_within_bounds() -> None:
    """Long values are cut and say so; what acts on a terminal is replaced."""
    assert shown("x" * 5000).endswith("… (5000 characters)")
    assert shown("") == "empty"
    assert shown(MISSING) == "nothing there"
    assert shown({"b": 1, "a": None}) == '{"a": null, "b": 1}'
    assert bounded("a\x1b[31mb\n") == "a\N{REPLACEMENT CHARACTER}[31mb\n"
    assert len(bounded("x" * 9000)) == 2000


def test_null_is_not_a_number() -> None:
    """Null equals null alone."""
    assert equal(None, None)
    assert not equal(None, 0)


@pytest.mark.parametrize(("value", "text"), [(99.0, "99"), (2.5, "2.5"), (float("inf"), "Infinity")])
def test_numbers_are_shown_as_people_write_them(value: float, text: str) -> None:
    """An answer of 99 is not told back as 99.0."""
    assert plain(value) == text
