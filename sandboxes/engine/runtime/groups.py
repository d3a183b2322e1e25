"""Hand a machine's groups over to its root: it may make groups below its own, and not change the limits of its own."""

import json
import os
from collections.abc import Iterator
from typing import TextIO

CGROUP = "/sys/fs/cgroup"
# Never the files of the limits.
HANDED_OVER = ("", "cgroup.procs", "tasks", "cgroup.threads", "cgroup.subtree_control")
MOST_DESCENDANTS = 500
# Counted also against the host's root, who made the machine's user namespace, so they need a ceiling. The machine's
# root cannot raise it again without CAP_SYS_RESOURCE. A namespace owned by the machine's own range would need none, but
# then runc's prlimit needs that capability.
CEILINGS = {"max_inotify_instances": 64, "max_user_namespaces": 64}


def groups_of(membership: str, *, unified_at: str) -> Iterator[str]:
    """Give the folders of the groups named in a /proc/PID/cgroup. Pure."""
    for line in membership.splitlines():
        _, controllers, path = line.split(":", 2)
        if path != "/":
            yield f"{CGROUP}/{controllers.removeprefix('name=')}{path}" if controllers else f"{unified_at}{path}"


def delegate(state: TextIO, first: int) -> None:
    """Run as a createRuntime hook, which reads the container's state."""
    pid = json.load(state)["pid"]
    is_v2 = os.path.exists(f"{CGROUP}/cgroup.controllers")
    with open(f"/proc/{pid}/cgroup") as membership:
        groups = list(groups_of(membership.read(), unified_at=CGROUP if is_v2 else f"{CGROUP}/unified"))
    for group in filter(os.path.isdir, groups):
        for name in HANDED_OVER:
            if os.path.exists(f"{group}/{name}"):
                os.chown(f"{group}/{name}", first, first)
        if os.path.exists(f"{group}/cgroup.max.descendants"):
            with open(f"{group}/cgroup.max.descendants", "w") as limit:
                limit.write(str(MOST_DESCENDANTS))
    with open(f"/proc/{pid}/ns/user") as namespace:
        os.setns(namespace.fileno(), os.CLONE_NEWUSER)
    for name, ceiling in CEILINGS.items():
        with open(f"/proc/sys/user/{name}", "w") as setting:
            setting.write(str(ceiling))
