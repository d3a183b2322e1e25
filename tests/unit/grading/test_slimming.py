"""A source that is sent gets small and stays the same program."""

from slipway.grading.slimming import slim

SOURCE = '''
"""What it is."""
from typing import Any
from collections.abc import Mapping

Spec = Mapping[str, Any]
SIZES = [1, 2]
LAST = SIZES[1]

class Thing:
    """A thing."""

    size: int

    def __init__(self, size: int) -> None:
        """Make it."""
        self.size: int = size

def double(thing: Thing, *more: Any, extra: Spec | None = None) -> int:
    """Double it."""
    count: int = len(more)
    return thing.size * 2 + count
'''


def test_it_does_the_same_without_types() -> None:
    """No annotation, docstring or import for types is left, and the result is the same."""
    small = slim(SOURCE)
    names: dict[str, object] = {}
    exec(small, names)  # noqa: S102  (the source stands above)
    double, thing = names["double"], names["Thing"]
    assert callable(double)
    assert callable(thing)
    assert double(thing(4), 1, 1) == 10
    assert names["LAST"] == 2
    assert not any(word in small for word in ("typing", "Mapping", "Any", "->", "Double it", ": int"))
