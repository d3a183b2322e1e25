"""Observe the machine's processes. Standard library alone: it runs in the sandbox."""

import os
import re
import signal
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.grading.observer import limits, people

# In the environment of everything that a worker starts, with the worker's process id as its value.
MARK = "SLIPWAY_CHECK"
_TOOLSET = "/opt/slipway/"
_MAX_READ = 32 * 1024


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many processes match, the first one's properties, and all of them as `items`."""
    pattern = re.compile(spec["cmdline"], re.MULTILINE)
    if not os.path.exists("/proc/self/stat"):
        raise limits.CannotObserveError("the machine's /proc shows no processes")
    inside = _namespace_of_container(spec["in_container"]) if spec["in_container"] else ""
    found = [
        process
        for process in _processes()
        if spec["name"] in {"", process["name"], process["program"]}
        and pattern.search(process["cmdline"])
        and inside in {"", namespace(process["pid"])}
    ]
    found.sort(key=lambda process: int(process["pid"]))
    first = found[0] if found else {}
    return {"count": len(found), **first, "items": found[: limits.MAX_LISTED]}


def _namespace_of_container(name: str) -> str:
    containers = __import__("slipway.grading.observer.containers", fromlist=["pid_of"])
    found = namespace(containers.pid_of(name))
    if not found:
        raise limits.CannotObserveError(f"the container {name} ended meanwhile")
    return found


def namespace(pid: int) -> str:
    """Return the name of a process's own PID namespace, or nothing when it ended."""
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return ""


def pids() -> list[int]:
    """Return all processes but the observer's own."""
    ours = {os.getpid(), os.getppid()}
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in ours]


def _processes() -> Iterator[dict[str, Any]]:
    for pid in pids():
        try:
            process = _process(pid)
        except (OSError, ValueError, IndexError):
            continue  # It ended meanwhile.
        if process and not process["cmdline"].startswith(_TOOLSET):
            yield process


def _process(pid: int) -> dict[str, Any] | None:
    """Return what /proc tells of a living process; a kernel's thread or a zombie is none."""
    name, _, rest = _read(pid, "stat").partition("(")[2].rpartition(")")
    state, parent = rest.split()[:2]
    arguments = _read(pid, "cmdline").rstrip("\0").split("\0")
    if state in {"Z", "X"} or not arguments[0]:
        return None
    return {
        "pid": pid,
        "parent": int(parent),
        "name": name,
        "program": os.path.basename(arguments[0]),
        "cmdline": " ".join(arguments)[:2000],
        "user": people.name_of(os.stat(f"/proc/{pid}").st_uid),
        "cwd": _link(pid, "cwd"),
        "executable": _link(pid, "exe"),
    }


def _read(pid: int, name: str) -> str:
    with open(f"/proc/{pid}/{name}", "rb") as file:
        return file.read(_MAX_READ).decode("utf-8", "replace")


def _link(pid: int, name: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except OSError:
        return ""


def kill_marked(worker: int) -> None:
    """Kill every process that carries a worker's mark, wherever it has fled."""
    mark = f"{MARK}={worker}".encode()
    for pid in pids():
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if mark in file.read(_MAX_READ).split(b"\0"):
                    os.kill(pid, signal.SIGKILL)
        except OSError:
            continue  # It ended meanwhile.
