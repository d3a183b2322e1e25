"""Images are made after what they are made from, two at a time."""

import threading
from collections.abc import Callable

import pytest

from slipway.engine.lanes import in_lanes

# As of the real ones: all from base, the shelf from several.
PARENTS = {"base": [], "engine": ["base"], "nginx": ["base"], "machine": ["base"], "shelf": ["nginx", "machine"]}


def anything(_name: str) -> bool:
    """All may be left in the middle."""
    return True


def nothing(_name: str) -> bool:
    """None may be left in the middle."""
    return False


@pytest.mark.parametrize("may_be_left", [anything, nothing])
def test_each_comes_after_its_parents(may_be_left: Callable[[str], bool]) -> None:
    """An image cannot be made from one that is not there."""
    done: list[str] = []
    in_lanes(PARENTS, done.append, lanes=2, may_be_left=may_be_left)
    assert sorted(done) == sorted(PARENTS)
    assert done[0] == "base"
    assert done.index("shelf") > max(done.index("nginx"), done.index("machine"))


def test_two_go_on_side_by_side() -> None:
    """Each waits for the other to have begun, so alone neither would end."""
    both = threading.Barrier(2, timeout=10)

    def meet(_name: str) -> None:
        both.wait()

    in_lanes({"one": [], "other": []}, meet, lanes=2, may_be_left=anything)


def test_no_more_than_the_lanes_go_on() -> None:
    """A small machine stays usable."""
    lock, most, now = threading.Lock(), 0, 0

    def work(_name: str) -> None:
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        with lock:
            now -= 1

    in_lanes({str(number): [] for number in range(20)}, work, lanes=2, may_be_left=anything)
    assert most <= 2


@pytest.mark.parametrize("may_be_left", [anything, nothing])
def test_the_first_error_is_raised(may_be_left: Callable[[str], bool]) -> None:
    """Nothing is made from what failed."""
    done: list[str] = []

    def work(name: str) -> None:
        if name == "machine":
            raise OSError(name)
        done.append(name)

    with pytest.raises(OSError, match="machine"):
        in_lanes(PARENTS, work, lanes=2, may_be_left=may_be_left)
    assert "shelf" not in done


def test_what_must_not_be_left_is_done_here() -> None:
    """Ctrl-C reaches it, and it clears up after itself."""
    threads: set[threading.Thread] = set()
    in_lanes(PARENTS, lambda _name: threads.add(threading.current_thread()), lanes=2, may_be_left=nothing)
    assert threads == {threading.main_thread()}
