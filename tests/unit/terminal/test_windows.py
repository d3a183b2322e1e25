"""Several windows on one terminal: it has the size that fits into all that show it."""

import gc

from slipway.terminal.windows import UNBOUNDED, SharedTerminals, Size, Windows


class Watcher:
    """A window that keeps what it was told last."""

    def __init__(self) -> None:
        self.terminal: Size | None = None
        self.others: Size = UNBOUNDED

    def fit(self, terminal: Size) -> None:
        """Keep the terminal's size."""
        self.terminal = terminal

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


def test_the_terminal_grows_when_a_window_leaves() -> None:
    """Also when it only turns to another terminal, and a window that has left says no more."""
    windows, large, small = Windows(), Watcher(), Watcher()
    windows.join(large, (120, 40))
    windows.join(small, (80, 24))
    windows.resize(small, None)
    assert (large.terminal, large.others) == ((120, 40), UNBOUNDED)
    windows.resize(small, (60, 10))
    assert large.terminal == (60, 10)
    windows.leave(small)
    windows.leave(small)
    windows.resize(small, (1, 1))
    assert (large.terminal, large.others) == ((120, 40), UNBOUNDED)


def test_a_terminal_that_nobody_shows_keeps_its_size() -> None:
    """A program in it must not be drawn anew for a tab that is turned away from."""
    windows, window = Windows(), Watcher()
    windows.join(window, (80, 24))
    windows.resize(window, None)
    assert window.terminal is None


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
