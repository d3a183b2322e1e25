"""Several windows on one terminal: it has the size that fits into all that show it."""

import asyncio
import gc

import pytest

from slipway.terminal import windows as windows_module
from slipway.terminal.windows import UNBOUNDED, SharedTerminals, Size, Windows


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows_module, "SETTLE_SECONDS", 0.001)


async def settle() -> None:
    """Wait until what was told is passed on."""
    await asyncio.sleep(0.01)


class Watcher:
    """A window that keeps what it was told last."""

    def __init__(self) -> None:
        self.terminal: Size | None = None
        self.others: Size = UNBOUNDED
        self.times_told = 0

    def fit(self, terminal: Size) -> None:
        """Keep the terminal's size."""
        self.terminal = terminal
        self.times_told += 1

    def share(self, others: Size) -> None:
        """Keep what the others leave."""
        self.others = others


def test_the_smaller_of_each_side_counts() -> None:
    """One is narrow and the other low: both see all of the terminal."""
    windows, narrow, low = Windows(), Watcher(), Watcher()
    assert windows.join(narrow, (40, 50)) == (40, 50)
    assert windows.join(low, (120, 20)) == (40, 20)
    assert (narrow.terminal, narrow.others, low.others) == ((40, 20), (120, 20), (40, 50))


def test_a_window_alone_is_told_nothing() -> None:
    """It knows its own size, and what joins says it with HELLO."""
    windows, window = Windows(), Watcher()
    windows.join(window, (80, 24))
    assert (window.terminal, window.others) == (None, UNBOUNDED)


async def test_the_terminal_grows_when_a_window_leaves() -> None:
    """Also when it only turns to another terminal, and a window that has left says no more."""
    windows, large, small = Windows(), Watcher(), Watcher()
    windows.join(large, (120, 40))
    windows.join(small, (80, 24))
    windows.resize(small, None)
    await settle()
    assert (large.terminal, large.others) == ((120, 40), UNBOUNDED)
    windows.resize(small, (60, 10))
    await settle()
    assert large.terminal == (60, 10)
    windows.leave(small)
    windows.leave(small)
    windows.resize(small, (1, 1))
    await settle()
    assert (large.terminal, large.others) == ((120, 40), UNBOUNDED)


async def test_a_terminal_that_nobody_shows_keeps_its_size() -> None:
    """A program in it must not be drawn anew for a tab that is turned away from."""
    windows, window = Windows(), Watcher()
    windows.join(window, (80, 24))
    windows.resize(window, None)
    await settle()
    assert window.terminal is None


async def test_many_sizes_are_told_once() -> None:
    """A window that is dragged, or wants to keep the server busy, costs the others one new size."""
    windows, dragged, other = Windows(), Watcher(), Watcher()
    windows.join(dragged, (80, 24))
    windows.join(other, (120, 40))
    for columns in range(79, 39, -1):
        windows.resize(dragged, (columns, 24))
    assert (other.terminal, other.times_told) == (None, 0)
    await settle()
    assert (other.terminal, other.times_told) == ((40, 24), 1)
    assert (dragged.others, other.others) == ((120, 40), (40, 24))


async def test_who_comes_or_goes_is_told_at_once() -> None:
    """With all that waited until then, which is not told again afterwards."""
    windows, first, second = Windows(), Watcher(), Watcher()
    windows.join(first, (80, 24))
    windows.resize(first, (70, 20))
    assert windows.join(second, (90, 10)) == (70, 10)
    assert (first.terminal, first.times_told) == ((70, 10), 1)
    await settle()
    assert first.times_told == 1


def test_of_equal_windows_each_has_the_other() -> None:
    """The smallest of the others is as small when two are."""
    windows, watchers = Windows(), [Watcher() for _ in range(3)]
    for watcher, size in zip(watchers, [(80, 24), (80, 30), (100, 24)], strict=True):
        windows.join(watcher, size)
    assert [watcher.others for watcher in watchers] == [(80, 24), (80, 24), (80, 24)]


def test_windows_of_one_terminal_meet_and_are_forgotten() -> None:
    """Nothing is kept of a terminal that nobody looks at."""
    shared = SharedTerminals()
    windows = shared.of(("machine", "1"))
    assert shared.of(("machine", "1")) is windows
    assert shared.of(("machine", "2")) is not windows
    windows.join(Watcher(), (1, 1))
    del windows
    gc.collect()
    assert shared.of(("machine", "1")).join(Watcher(), (80, 24)) == (80, 24)
