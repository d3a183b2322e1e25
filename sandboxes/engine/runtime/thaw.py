"""Let what a machine's own Docker has paused die with the machine: a frozen process does not see the signal KILL."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence

from bundle import DISK
from groups import CGROUP, groups_of

KILL = ("9", "KILL", "SIGKILL")
# The file that freezes a group, what is written to it, for both versions of control groups.
SWITCHES = {"freezer.state": "THAWED", "cgroup.freeze": "0"}
# A learner may make as many groups as there is memory for.
MOST_GROUPS = 10_000


def kill(words: Sequence[str]) -> None:
    """Send a signal by runc; after a KILL, thaw all groups of the machine. Ends with runc's status."""
    groups = groups_of_machine(words) if words[-1] in KILL else []
    ended = subprocess.run(["runc", *words], check=False)
    for group in groups:
        thaw(group)
    sys.exit(ended.returncode)


def groups_of_machine(words: Sequence[str]) -> list[str]:
    """Return the folders of a running machine's own groups; none for what is no machine, or has ended."""
    at = words.index("kill")
    name = next(word for word in words[at + 1 :] if not word.startswith("-"))
    found = subprocess.run(["runc", *words[:at], "state", name], check=False, capture_output=True)
    try:
        state = json.loads(found.stdout)
        if DISK not in state.get("annotations", {}):
            return []
        with open(f"/proc/{state['pid']}/cgroup") as membership:
            return list(tops(membership.read(), name))
    except (ValueError, OSError):
        return []


def tops(membership: str, name: str) -> Iterator[str]:
    """Give the folders of the groups that bear a container's name, above those that it made itself. Pure."""
    for folder in groups_of(membership, unified_at=CGROUP):
        above, found, below = folder.partition(name)
        if found:
            yield above + found + below.partition("/")[0]


def thaw(group: str) -> None:
    """Thaw a group and all below; those that vanish meanwhile are thawed enough."""
    for count, (folder, _, files) in enumerate(os.walk(group)):
        if count > MOST_GROUPS:
            return
        for name in SWITCHES.keys() & set(files):
            try:
                with open(f"{folder}/{name}", "w") as switch:
                    switch.write(SWITCHES[name])
            except OSError:
                continue
