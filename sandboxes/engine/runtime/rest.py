"""Bring a paused machine's disk to rest, so that a copy of its file is whole."""

import fcntl
import json
import os
import subprocess
from collections.abc import Sequence

from bundle import DISK
from disks import LOOP_MAJOR
from runc import RUNC
from syscalls import open_beneath

FIFREEZE, FITHAW = 0xC0045877, 0xC0045878


def pause(words: Sequence[str]) -> None:
    """Pause a container by runc, then flush the file system of its disk if it is a machine."""
    subprocess.run([RUNC, *words], check=True)
    asked = ["state" if word == "pause" else word for word in words]
    state = json.loads(subprocess.run([RUNC, *asked], check=True, capture_output=True).stdout)
    if DISK not in state.get("annotations", {}):
        return
    try:
        flush(state["pid"])
    except OSError:
        # The engine takes a failed pause for none, so the machine must not stay frozen.
        subprocess.run([RUNC, *("resume" if word == "pause" else word for word in words)], check=True)
        raise


def flush(pid: int) -> None:
    """Freeze and thaw the disk of the machine that this process belongs to: the journal is empty after that."""
    root = os.open(f"/proc/{pid}/root", os.O_PATH | os.O_CLOEXEC)
    data = open_beneath(root, "var/lib/docker")
    # The learner may have mounted something else there.
    if os.major(os.fstat(data).st_dev) == LOOP_MAJOR:
        fcntl.ioctl(data, FIFREEZE)
        fcntl.ioctl(data, FITHAW)
