"""The windows that look at one terminal at the same time. It gets the size that fits into all of them. No IO.

One web process serves every window of a terminal; with several of them the one that told last would decide.
"""

import asyncio
from collections.abc import Hashable
from heapq import nsmallest
from typing import Protocol
from weakref import WeakValueDictionary

from slipway.terminal.frames import MAX_COLUMNS, MAX_ROWS

# Columns and rows.
Size = tuple[int, int]

UNBOUNDED: Size = (MAX_COLUMNS, MAX_ROWS)
# How long new sizes are gathered: a window that is dragged tells many, and each concerns all windows.
SETTLE_SECONDS = 0.05


class Window(Protocol):
    """Someone who looks at a terminal: slipway.terminal.session.Session."""

    def fit(self, terminal: Size) -> None:
        """Take the size that the terminal is to have."""
        ...

    def share(self, others: Size) -> None:
        """Take the smallest size of the other windows, `UNBOUNDED` without any."""
        ...


class Windows:
    """All windows on one terminal, each with its size, or None while it does not show the terminal."""

    def __init__(self) -> None:
        self._sizes: dict[Window, Size | None] = {}
        self._told: dict[Window, Size] = {}
        self._terminal: Size | None = None
        self._due: asyncio.TimerHandle | None = None

    def join(self, window: Window, size: Size) -> Size:
        """Take in a window, and return the size that the terminal has with it."""
        self._sizes[window] = size
        self._told[window] = UNBOUNDED
        self._settle(joining=window)
        return self._terminal or size

    def resize(self, window: Window, size: Size | None) -> None:
        """Note a window's new size, unless it has left. What comes of it is told once for all that come soon after."""
        if window not in self._sizes or self._sizes[window] == size:
            return
        self._sizes[window] = size
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(SETTLE_SECONDS, self._settle)

    def leave(self, window: Window) -> None:
        """Forget a window."""
        if window in self._sizes:
            del self._sizes[window], self._told[window]
            self._settle()

    def _settle(self, joining: Window | None = None) -> None:
        """Tell what changed. All pass the new size on, for their ways differ in length and the last to come counts."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        shown = [size for size in self._sizes.values() if size is not None]
        least, second = _least_two(shown)
        if shown and least != self._terminal:
            self._terminal = least
            for window in self._sizes:
                # Whoever joins says it with HELLO.
                if window is not joining:
                    window.fit(least)
        for window, size in self._sizes.items():
            others = least if size is None else _without(size, least, second)
            if others != self._told[window]:
                self._told[window] = others
                window.share(others)


class SharedTerminals:
    """The windows of every terminal that is looked at, for as long as it is."""

    def __init__(self) -> None:
        self._terminals: WeakValueDictionary[Hashable, Windows] = WeakValueDictionary()

    def of(self, terminal: Hashable) -> Windows:
        """Return the windows of a terminal; whoever uses them keeps them."""
        windows = self._terminals.get(terminal)
        if windows is None:
            windows = self._terminals[terminal] = Windows()
        return windows


def _least_two(sizes: list[Size]) -> tuple[Size, Size]:
    """Return the smallest of each side, and the second smallest, which may be as small."""
    columns, rows = (nsmallest(2, side) for side in zip(UNBOUNDED, UNBOUNDED, *sizes, strict=True))
    return (columns[0], rows[0]), (columns[1], rows[1])


def _without(size: Size, least: Size, second: Size) -> Size:
    """Return the smallest of each side when one of this size is not counted."""
    columns, rows = (then if own == first else first for own, first, then in zip(size, least, second, strict=True))
    return columns, rows
