"""Let what a machine's own Docker has paused die with the machine: a frozen process does not see the signal KILL."""

import json
import subprocess
import sys
from collections.abc import Sequence

from bundle import DISK
from freezer import thaw
from groups import CGROUP
from runc import RUNC

KILL = ("9", "KILL", "SIGKILL")
# Where the groups are frozen: version 1, both versions side by side, version 2.
HIERARCHIES = ("/freezer", "/unified", "")


def kill(words: Sequence[str]) -> None:
    """Send a signal by runc; after a KILL, thaw all groups of the machine. Ends with runc's status."""
    group = group_of_machine(words) if words[-1] in KILL else ""
    ended = subprocess.run([RUNC, *words], check=False)
    if group:
        for hierarchy in HIERARCHIES:
            thaw(f"{CGROUP}{hierarchy}{group}")
    sys.exit(ended.returncode)


def group_of_machine(words: Sequence[str]) -> str:
    """Return the group that a machine was made in, below a hierarchy; nothing for what is no machine, or has ended.

    That stands in the bundle. Its processes need not be there any more: the machine's root may move them further down.
    """
    at = words.index("kill")
    name = next(word for word in words[at + 1 :] if not word.startswith("-"))
    found = subprocess.run([RUNC, *words[:at], "state", name], check=False, capture_output=True)
    try:
        state = json.loads(found.stdout)
        if DISK not in state.get("annotations", {}):
            return ""
        with open(f"{state['bundle']}/config.json") as file:
            return str(json.load(file)["linux"]["cgroupsPath"])
    except (ValueError, OSError):
        return ""
