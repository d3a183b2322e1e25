"""Read `expect` and its matchers out of YAML. Pure: no Django, no IO."""

import re
from collections.abc import Callable, Mapping

from slipway.lessonfile import regexes
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
from slipway.lessonfile.nodes import Node
from slipway.lessonfile.parameters import PLACE
from slipway.lessonfile.read_subjects import read_looked_up

_EXAMPLE = (
    "Write one of `equals`, `contains`, `matches`, `one_of`, `at_least`, `at_most`, `near`, `not`, `absent`, `same_as`."
)
_TOLERANCE = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


def read_expectations(node: Node) -> tuple[Expectation, ...]:
    """Return what must be found at each path."""
    found = []
    for path, value in node.any_mapping("`expect`").items():
        if path == "each":
            found.append(Expectation("items", Each(read_expectations(value))))
        elif matcher := read_matcher(value):
            found.append(Expectation(path, matcher))
    if not found and node.is_mapping and not node.raw.value:
        node.problem(
            "`expect` is empty, so the check cannot fail.", "Write what must be found, such as `exists: true`."
        )
    return tuple(found)


def read_matcher(node: Node) -> Matcher | None:
    """Return one matcher: a plain value, `{kind: …}`, or a list of matchers that must all hold."""
    if node.is_scalar:
        return Equals(node.scalar("The value"))
    if node.is_list:
        matchers = [read_matcher(item) for item in node.items("matchers")]
        if not matchers:
            node.problem("A list without matchers cannot fail.", _EXAMPLE)
        return AllOf(tuple(matcher for matcher in matchers if matcher))
    values = node.mapping(_READERS, "a matcher")
    if len(values) != 1:
        if not values and not node.raw.value:
            node.problem("`{}` is no matcher.", _EXAMPLE)
        elif len(values) > 1:
            node.problem("A matcher has one key.", f"Write a list: {', '.join(f'`- {key}: …`' for key in values)}.")
        return None
    (key, value), *_ = values.items()
    return _READERS[key](value)


def _contains(node: Node) -> Matcher:
    text = str(node.scalar("`contains`"))
    if not text:
        node.problem('`contains: ""` cannot fail.', "Write the text that must be there.")
    return Contains(text)


def _matches(node: Node) -> Matcher:
    return Matches(read_regex(node, "`matches`"))


def read_regex(node: Node, what: str) -> str:
    """Return a regular expression; report one that is broken, slow or always true."""
    pattern = node.text(what)
    if pattern and (trouble := regexes.trouble(PLACE.sub("x", pattern))):
        node.problem(f"{what} {trouble}.", "Write a narrower regular expression.")
    return pattern


def _one_of(node: Node) -> Matcher:
    values = tuple(item.scalar("An item of `one_of`") for item in node.items("`one_of`"))
    if not values:
        node.problem("`one_of` is empty, so the check can never pass.", "Write the values that are right.")
    return OneOf(values)


def _number(node: Node, what: str) -> str | float:
    value = node.scalar(what)
    if isinstance(value, str) and PLACE.fullmatch(value):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        node.problem(f"{what} must be a number.", "Write a number, or one `{{parameter}}`.")
        return 0
    return value


def _at_least(node: Node) -> Matcher:
    return AtLeast(_number(node, "`at_least`"))


def _at_most(node: Node) -> Matcher:
    return AtMost(_number(node, "`at_most`"))


def _near(node: Node) -> Matcher:
    match node.items("`near`"):
        case [wanted, tolerance]:
            number, room = _number(wanted, "The number of `near`"), tolerance.text("The tolerance of `near`")
        case _:
            node.problem("`near` has a number and how far from it will do.", 'Write `[512, 5]` or `[512, "10 %"]`.')
            return Near((), 0.0)
    found = _TOLERANCE.fullmatch(room)
    if room and not found:
        tolerance.problem(f"`{room[:40]}` is no tolerance.", 'Write a number such as `5`, or `"10 %"`.')
    return Near((), number, float(found[1]) if found else 0.0, bool(found and found[2]))


def _absent(node: Node) -> Matcher:
    value = node.scalar("`absent`")
    if not isinstance(value, bool):
        node.problem("`absent` must be true or false.", "Write `absent: true`.")
    return Absent(bool(value))


def _same_as(node: Node) -> Matcher | None:
    found = read_looked_up(node, "`same_as`")
    return SameAs(*found) if found else None


def _not(node: Node) -> Matcher | None:
    inner = read_matcher(node)
    return Not(inner) if inner else None


_READERS: Mapping[str, Callable[[Node], Matcher | None]] = {
    "equals": lambda node: Equals(node.scalar("`equals`")),
    "contains": _contains,
    "matches": _matches,
    "one_of": _one_of,
    "at_least": _at_least,
    "at_most": _at_most,
    "near": _near,
    "absent": _absent,
    "same_as": _same_as,
    "not": _not,
}
