"""Units that a number may be typed in. Pure: no Django, no IO."""

from collections.abc import Mapping
from fractions import Fraction

from slipway.lessonfile.problems import nearest

_DECIMAL = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
# How many of the first of its sort each one is.
_SORTS: tuple[Mapping[str, Fraction], ...] = (
    {f"{prefix}B": Fraction(factor) for prefix, factor in (_DECIMAL | _BINARY).items()},
    {f"{prefix}Hz": Fraction(factor) for prefix, factor in _DECIMAL.items()},
    {"s": Fraction(1), "ms": Fraction(1, 1000), "µs": Fraction(1, 10**6), "min": Fraction(60), "h": Fraction(3600)},
)


class UnitError(ValueError):
    """A unit of another sort; the text says which will do."""


def converted(number: Fraction, unit: str, wanted: str) -> Fraction:
    """Return a number of one unit in another one. Capitals do not matter where they tell nothing apart."""
    sort = next((sort for sort in _SORTS if wanted in sort), {wanted: Fraction(1)})
    named = [name for name in sort if name == unit] or [name for name in sort if name.lower() == unit.lower()]
    if len(named) != 1:
        others = f" {nearest(unit, sort)}" if len(sort) > 1 else ""
        raise UnitError(f"`{unit[:20]}` is not a unit that goes here. Write the number in {wanted}.{others}")
    return number * sort[named[0]] / sort[wanted]
