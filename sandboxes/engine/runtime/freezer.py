"""Thaw a tree of control groups that somebody else made, however many and however deep they are."""

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator

# The file that freezes a group, what is written to it, for both versions of control groups.
SWITCHES = {"freezer.state": b"THAWED", "cgroup.freeze": b"0"}
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A group that vanishes meanwhile is thawed enough.
GONE = (errno.ENOENT, errno.ENODEV)
# A learner may make as many groups as there is memory for. A hundred thousand take a few seconds.
PATIENCE_SECONDS = 60.0


def thaw(top: str) -> None:
    """Thaw a group and all below. Raise `OSError` when one withstands, or when time runs out."""
    switch = next((name for name in SWITCHES if os.path.exists(f"{top}/{name}")), None)
    if not switch:
        return
    end = time.monotonic() + PATIENCE_SECONDS
    for group in groups_from(top):
        with may_be_gone():
            turn(switch, group)
        if time.monotonic() > end:
            raise TimeoutError(f"its control groups are too many to be thawed in {PATIENCE_SECONDS:g} s")


def turn(switch: str, group: int) -> None:
    """Thaw one group, given by its descriptor."""
    descriptor = os.open(switch, os.O_WRONLY | os.O_CLOEXEC, dir_fd=group)
    try:
        os.write(descriptor, SWITCHES[switch])
    finally:
        os.close(descriptor)


def groups_from(top: str) -> Iterator[int]:
    """Give a descriptor of a group, then of each below, which is open until the next one is asked for.

    The way goes from one folder to the next, up too: the whole path may be longer than the kernel takes, and the tree
    deeper than Python calls itself.
    """
    here = os.open(top, FOLDER)
    try:
        yield here
        ways = folders_in(here)
        while ways:
            way = ways.pop()
            there = -1
            # Above is always somebody, even if it was removed itself.
            with may_be_gone() if way != ".." else contextlib.nullcontext():
                there = os.open(way, FOLDER, dir_fd=here)
            if there < 0:
                continue
            os.close(here)
            here = there
            if way != "..":
                yield here
                ways += ["..", *folders_in(here)]
    finally:
        os.close(here)


def folders_in(group: int) -> list[str]:
    """Return the names of the groups right below one."""
    with may_be_gone(), os.scandir(group) as entries:
        return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    return []


@contextlib.contextmanager
def may_be_gone() -> Iterator[None]:
    """Pass over what is not there any more."""
    try:
        yield
    except OSError as error:
        if error.errno not in GONE:
            raise


if __name__ == "__main__":
    # On the host, for the machines of an engine that was killed: slipway.engine.thawing.
    thaw(sys.argv[1])
