"""Measure what the engine's host has left, and what each machine uses of it.

Runs in the container of the disks, which sees the host's figures in /proc and, read-only, the engine's control groups.

usage: capacity.py MACHINES     MACHINES is JSON: the name of each machine's disk by its container's id. Answers one
line of JSON. Memory that holds nothing but files' contents which the kernel may drop counts as free.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

GROUPS, PROC, DISKS = Path("/cgroup"), Path("/proc"), Path("/disks")
# The limit, what is in use, and what of that can be dropped.
MEMORY_V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
MEMORY_V2 = ("memory.max", "memory.current", "inactive_file")


def is_v2() -> bool:
    """Tell whether the control groups are those of version 2."""
    return (GROUPS / "cgroup.controllers").exists()


def memory_files() -> tuple[str, str, str]:
    """Return the names under which a group tells of its memory."""
    return MEMORY_V2 if is_v2() else MEMORY_V1


def machines_group(controller: str) -> Path:
    """Return the group that all machines' groups lie in: this container's is one of them."""
    for line in (PROC / "self" / "cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if is_v2() and not controllers:
            return (GROUPS / path.lstrip("/")).parent
        if not is_v2() and controller in controllers.split(","):
            return (GROUPS / controller / path.lstrip("/")).parent
    sys.exit(f"the controller {controller} is not there")


def around(group: Path) -> Iterator[Path]:
    """Give a group and all that it lies in."""
    while group != GROUPS:
        yield group
        group = group.parent
    if is_v2():
        yield GROUPS


def number(path: Path) -> int | None:
    """Return what a file says; nothing when it sets no limit or does not exist."""
    try:
        text = path.read_text().strip()
    except OSError:  # the outermost group has no limits; a machine may have ended meanwhile
        return None
    return int(text) if text.isdigit() else None


def keyed(path: Path, key: str) -> int:
    """Return the number behind a word in a file of words and numbers."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.split()[0].rstrip(":") == key), 0)


def memory_used(group: Path) -> int:
    """Return the memory that a group needs."""
    _, now, droppable = memory_files()
    return max(0, (number(group / now) or 0) - keyed(group / "memory.stat", droppable))


def memory_free(machines: Path) -> int:
    """Return what is left on the host and in each group around the machines."""
    limits = ((number(group / memory_files()[0]), group) for group in around(machines))
    rooms = [limit - memory_used(group) for limit, group in limits if limit is not None]
    return min([keyed(PROC / "meminfo", "MemAvailable") * 1024, *rooms])


def pids_free(machines: Path) -> int:
    """Return how many processes the host and each group around the machines have room for."""
    threads = int((PROC / "loadavg").read_text().split()[3].split("/")[1])
    most = [number(PROC / "sys" / "kernel" / name) for name in ("pid_max", "threads-max")]
    limits = ((number(group / "pids.max"), number(group / "pids.current")) for group in around(machines))
    rooms = [limit - (now or 0) for limit, now in limits if limit is not None]
    return min([*(limit - threads for limit in most if limit is not None), *rooms])


def disk_used(name: str) -> int:
    """Return what a disk takes on the host."""
    try:
        return (DISKS / f"{name}.img").stat().st_blocks * 512
    except FileNotFoundError:
        return 0


def used(disks: dict[str, str]) -> dict[str, dict[str, int]]:
    """Return what each machine takes, by its container's id."""
    memory, pids = machines_group("memory"), machines_group("pids")
    return {
        container: {
            "memory_bytes": memory_used(memory / container),
            "disk_bytes": disk_used(disk),
            "pids": number(pids / container / "pids.current") or 0,
        }
        for container, disk in disks.items()
    }


def free() -> dict[str, int]:
    """Return what is left of everything."""
    room = os.statvfs(DISKS)
    return {
        "memory_bytes": memory_free(machines_group("memory")),
        "disk_bytes": room.f_bavail * room.f_frsize,
        "pids": pids_free(machines_group("pids")),
    }


if __name__ == "__main__":
    cpus, limit = len(os.sched_getaffinity(0)), (DISKS / "template.img").stat().st_size
    figures = {"cpus": cpus, "free": free(), "used": used(json.loads(sys.argv[1])), "disk_limit_bytes": limit}
    json.dump(figures, sys.stdout)
