"""Processes of this machine as /proc shows them: found by a mark in their environment, ended without a mistake."""

import os
import select
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """A process, and the environment that it was started with."""

    pid: int
    parent: int
    environment: dict[str, str]


def read(pid: int) -> Process | None:
    """Return the process, or None when it has ended or is somebody else's."""
    folder = PROC / str(pid)
    try:
        stat = (folder / "stat").read_bytes()
        environment = (folder / "environ").read_bytes()
    except OSError:
        return None
    # The name in parentheses may hold spaces and parentheses itself.
    state, parent = stat[stat.rindex(b")") + 2 :].split()[:2]
    if state == b"Z":
        return None
    pairs = (entry.partition(b"=") for entry in environment.split(b"\0") if entry)
    return Process(pid, int(parent), {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs})


def marked(name: str, value: str) -> Iterator[Process]:
    """Yield the processes that were started with this environment variable."""
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (process := read(int(entry.name))) and process.environment.get(name) == value:
            yield process


def end(processes: Sequence[Process], *, grace_seconds: float) -> None:
    """End the processes: by SIGTERM, and after the grace by SIGKILL. Gone already counts as done."""
    with ExitStack() as stack:
        handles = [handle for process in processes if (handle := _open(process, stack)) is not None]
        _send(handles, signal.SIGTERM)
        left = _wait(handles, grace_seconds)
        _send(left, signal.SIGKILL)
        _wait(left, grace_seconds)


def await_end(processes: Sequence[Process], patience_seconds: float) -> None:
    """Wait until the processes have ended by themselves, as long as the patience lasts."""
    with ExitStack() as stack:
        _wait([handle for process in processes if (handle := _open(process, stack)) is not None], patience_seconds)


def _open(process: Process, stack: ExitStack) -> int | None:
    """Return a descriptor that can never mean another process, even when the number is given away again."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return None
    stack.callback(os.close, handle)
    now = read(process.pid)
    return handle if now and now.environment == process.environment else None


def _send(handles: Sequence[int], number: signal.Signals) -> None:
    for handle in handles:
        try:
            signal.pidfd_send_signal(handle, number)
        except ProcessLookupError:
            continue


def _wait(handles: Sequence[int], patience_seconds: float) -> list[int]:
    """Wait for the processes to end, and return the handles of those that have not."""
    deadline = time.monotonic() + patience_seconds
    left = list(handles)
    while left and (remaining := deadline - time.monotonic()) > 0:
        poll = select.poll()
        for handle in left:
            poll.register(handle, select.POLLIN)
        ended = {handle for handle, _ in poll.poll(remaining * 1000)}
        left = [handle for handle in left if handle not in ended]
    return left
