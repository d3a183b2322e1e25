"""Find values in what was observed, by dotted paths. Pure: no Django, no IO."""

import re
from collections.abc import Sequence

# What JSON can hold; `MISSING` is told apart from null.
Fact = object
MISSING = object()

_STEP = re.compile(r'"([^"]*)"|\'([^\']*)\'|([^."\']+)')


def steps(path: str) -> list[str]:
    """Divide `Config.Labels."a.b"` into its names; quotes keep dots together."""
    return [found[1] or found[2] or found[3] or "" for found in _STEP.finditer(path)]


def look_up(fact: Fact, path: str) -> Fact:
    """Return the value at a path, or `MISSING`. List items are numbers; `length` counts a list, a mapping or a text."""
    value = fact
    for step in steps(path):
        value = _step(value, step)
        if value is MISSING:
            return MISSING
    return value


def _step(value: Fact, step: str) -> Fact:
    if isinstance(value, dict):
        if step in value:
            return value[step]
        return len(value) if step == "length" else MISSING
    if isinstance(value, list | str) and step == "length":
        return len(value)
    if isinstance(value, list) and step.isascii() and step.isdigit():
        return _item(value, int(step))
    return MISSING


def _item(values: Sequence[Fact], index: int) -> Fact:
    return values[index] if index < len(values) else MISSING
