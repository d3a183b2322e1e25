"""Random parameters of an attempt: drawn once, then filled into texts, checks and solutions. Pure: no IO."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from slipway.lessonfile.matchers import Matches
from slipway.lessonfile.model import Choose, Composed, Hex, Integer, Lesson, ParameterSpec, Sample
from slipway.lessonfile.subjects import History, Process

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
PLACE = re.compile(r"\{\{([a-z][a-z0-9_]{0,31})\}\}")
# Words that Go's templates put between the same braces.
RESERVED = frozenset({"end", "else", "break", "continue"})
# Characters of a drawn value, before what it is put together from is filled in.
MAX_VALUE = 500
_DRAWS = 1000
# What has a meaning in a regular expression. `re.escape` would also mark spaces and hyphens, and patterns are shown.
_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")
# Which fields hold regular expressions.
_PATTERNS: dict[type, tuple[str, ...]] = {Matches: ("regex",), History: ("matches", "after"), Process: ("cmdline",)}

T = TypeVar("T")


def draw(lesson: Lesson, rng: random.Random | None = None) -> dict[str, str]:
    """Draw every parameter of a lesson once; without `rng` from the system's randomness."""
    source = rng or random.SystemRandom()
    drawn: dict[str, str] = {}
    for spec in lesson.parameters:
        drawn[spec.name] = _draw_one(spec, drawn, source)
    return drawn


def _draw_one(spec: ParameterSpec, drawn: Mapping[str, str], rng: random.Random) -> str:
    taken = {value for name in spec.differs_from for value in drawn.get(name, "").split()}
    for _ in range(_DRAWS):
        text = _value(spec, rng)
        if len(text) + sum(len(drawn.get(name, "")) for name in PLACE.findall(text)) > MAX_VALUE:
            raise ValueError(f"parameter {spec.name} is longer than {MAX_VALUE} characters: give it less")
        value = fill(text, drawn)
        if taken.isdisjoint(value.split()):
            return value
    raise ValueError(f"parameter {spec.name} cannot differ from {', '.join(spec.differs_from)}: give it more values")


def _value(spec: ParameterSpec, rng: random.Random) -> str:
    match spec.source:
        case Choose(values):
            return rng.choice(values)
        case Integer(lowest, highest):
            return str(rng.randint(lowest, highest))
        case Hex(digits):
            return "".join(rng.choice("0123456789abcdef") for _ in range(digits))
        case Sample(values, count):
            return " ".join(rng.sample(values, count))
        case Composed(text):
            return text


def fill(text: str, parameters: Mapping[str, str]) -> str:
    """Put values in the place of `{{name}}`; names that are no parameter stay as they are."""
    return PLACE.sub(lambda found: parameters.get(found[1], found[0]), text)


def fill_all(value: T, parameters: Mapping[str, str]) -> T:
    """Fill every text inside a subject, matcher or check: dataclasses, tuples and mappings of texts."""
    filled: object = value
    if isinstance(value, str):
        filled = fill(value, parameters)
    elif isinstance(value, tuple):
        filled = tuple(fill_all(item, parameters) for item in value)
    elif isinstance(value, Mapping):
        filled = {key: fill_all(item, parameters) for key, item in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        patterns = _PATTERNS.get(type(value), ())
        # A value stands for itself in a regular expression, whatever characters it has.
        escaped = {name: _SPECIAL.sub(r"\\\g<0>", text) for name, text in parameters.items()} if patterns else {}
        changes = {
            field.name: fill_all(getattr(value, field.name), escaped if field.name in patterns else parameters)
            for field in fields(value)
        }
        filled = replace(value, **changes)
    return filled  # type: ignore[return-value]  # every branch rebuilds the type that it was given


def names_in(text: str) -> Iterator[str]:
    """Yield the names that stand between double braces as a parameter does, Go's own words left out."""
    return (name for name in PLACE.findall(text) if name not in RESERVED)
