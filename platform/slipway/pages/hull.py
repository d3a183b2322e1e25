"""The picture of a hull with one frame for each lesson. Pure but for the language of its label.

Lengths are units of the picture: the hull is 800 long and lies with its keel on y = 0, y grows downward. The curves are
a ship's: the sheer (the upper edge) and the keel, which rises at both ends.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext

LENGTH = 800.0
_STEP = 8.0
_SHEER_LOWEST_X, _SHEER_HEIGHT = 470.0, 82.0
_BOW_END, _STERN_START = 120.0, 640.0
_BLOCK_EVERY, _FIRST_BLOCK, _LAST_BLOCK = 65, 133, 600
_STRINGERS = (30.0, 60.0)
_STRINGER_BEND = 0.8


class Plate(StrEnum):
    """What a frame shows of its lesson; the value is its class in the picture."""

    OPEN = ""
    NOW = "now"
    PASSED = "pass"


@dataclass(frozen=True)
class Frame:
    """One lesson's part of the hull."""

    number: int
    state: Plate
    path: str
    middle: str


@dataclass(frozen=True)
class Hull:
    """All that the template draws."""

    frames: tuple[Frame, ...]
    stringers: tuple[str, ...]
    blocks: tuple[int, ...]
    is_launched: bool
    label: str


def build(numbers: Sequence[int], passed: set[int], now: int | None) -> Hull:
    """Return the hull of a course: the lessons' numbers in order, those that are passed, and the one that is begun."""
    width = LENGTH / max(len(numbers), 1)
    frames = [
        Frame(number, _state(number, passed, now), _plate(at * width, (at + 1) * width), _show((at + 0.5) * width))
        for at, number in enumerate(numbers)
    ]
    is_launched = bool(numbers) and passed.issuperset(numbers)
    return Hull(
        frames=tuple(frames),
        stringers=tuple(_stringer(height) for height in _STRINGERS),
        blocks=() if is_launched else tuple(range(_FIRST_BLOCK, _LAST_BLOCK, _BLOCK_EVERY)),
        is_launched=is_launched,
        label=_label(numbers, passed, now),
    )


def _state(number: int, passed: set[int], now: int | None) -> Plate:
    if number in passed:
        return Plate.PASSED
    return Plate.NOW if number == now else Plate.OPEN


def _label(numbers: Sequence[int], passed: set[int], now: int | None) -> str:
    done = len(passed.intersection(numbers))
    if numbers and done == len(numbers):
        return gettext("All lessons passed: she is launched")
    if now is None or now in passed:
        return gettext("{done} of {total} lessons passed").format(done=done, total=len(numbers))
    said = gettext("{done} of {total} lessons passed, lesson {number} begun")
    return said.format(done=done, total=len(numbers), number=now)


def _sheer(x: float) -> float:
    if x < _SHEER_LOWEST_X:
        return -_SHEER_HEIGHT - 44.0 * math.pow((_SHEER_LOWEST_X - x) / _SHEER_LOWEST_X, 2.2)
    return -_SHEER_HEIGHT - 14.0 * math.pow((x - _SHEER_LOWEST_X) / (LENGTH - _SHEER_LOWEST_X), 2.0)


def _keel(x: float) -> float:
    if x < _BOW_END:
        return -126.0 * math.pow(1 - x / _BOW_END, 2.1)
    if x > _STERN_START:
        return -66.0 * math.pow((x - _STERN_START) / (LENGTH - _STERN_START), 1.9)
    return 0.0


def _plate(left: float, right: float) -> str:
    xs = _between(left, right)
    return f"M{_points(xs, _sheer)} {_points(xs[::-1], _keel)}z"


def _stringer(height: float) -> str:
    def curve(x: float) -> float:
        return -height - (-_sheer(x) - _SHEER_HEIGHT) * height / _SHEER_HEIGHT * _STRINGER_BEND

    return f"M{_points([x for x in _between(0, LENGTH) if curve(x) < _keel(x)], curve)}"


def _between(left: float, right: float) -> list[float]:
    steps = max(1, round((right - left) / _STEP))
    return [left + (right - left) * at / steps for at in range(steps + 1)]


def _points(xs: Sequence[float], curve: Callable[[float], float]) -> str:
    return " ".join(f"{_show(x)},{_show(curve(x))}" for x in xs)


def _show(length: float) -> str:
    return f"{length:.1f}".removesuffix(".0")
