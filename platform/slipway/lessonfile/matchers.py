"""What an observed value must be. Pure: no Django, no IO."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.lessonfile.subjects import Subject

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Equals:
    """The value is this one; numbers are compared as numbers, a text's trailing newlines do not count."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value equals one of these."""

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    """The text holds this one, or the list has it as an item."""

    text: str


@dataclass(frozen=True, slots=True)
class Matches:
    """The regular expression is found in the text (`^` and `$` also at line ends)."""

    regex: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The number is this one or more; a `{{parameter}}` may stand for it."""

    number: str | float


@dataclass(frozen=True, slots=True)
class AtMost:
    """The number is this one or less; a `{{parameter}}` may stand for it."""

    number: str | float


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no such value, or, with False, there is one."""

    absent: bool


@dataclass(frozen=True, slots=True)
class SameAs:
    """The value equals what another observation finds at the path `take`."""

    subject: Subject
    take: str


@dataclass(frozen=True, slots=True)
class Not:
    """The other matcher does not hold."""

    matcher: Matcher


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the matchers hold."""

    matchers: tuple[Matcher, ...]


def _short(number: float) -> float:
    """Return a whole number as such: bounds are shown to people."""
    return int(number) if number.is_integer() else number


@dataclass(frozen=True, slots=True)
class Near(AllOf):
    """The number differs from this one by at most `tolerance`, or that many percent of it.

    `matchers` follows from the rest, again when a parameter's value takes its place: nothing meets it before.
    """

    number: str | float = ""
    tolerance: float = 0.0
    is_percent: bool = False

    def __post_init__(self) -> None:
        """Put the bounds where all matchers that must hold stand."""
        try:
            number = float(self.number)
        except ValueError:
            bounds: tuple[Matcher, ...] = (OneOf(()),)
        else:
            room = abs(number) * self.tolerance / 100 if self.is_percent else self.tolerance
            bounds = (AtLeast(_short(number - room)), AtMost(_short(number + room)))
        object.__setattr__(self, "matchers", bounds)


@dataclass(frozen=True, slots=True)
class Each:
    """Every item of the list meets all expectations."""

    expect: tuple[Expectation, ...]


Matcher = Equals | OneOf | Contains | Matches | AtLeast | AtMost | Absent | SameAs | Not | AllOf | Each


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must be found at one dotted path of an observation, such as `State.Running` or `Config.Labels."via"`."""

    path: str
    matcher: Matcher
