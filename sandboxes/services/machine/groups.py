"""Make room for the inner Docker's groups on cgroup v2."""

import errno
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


def delegate_groups() -> None:
    """Move the machine's processes one level down and pass all controllers on: a group with processes cannot.

    An exec that arrives meanwhile fails with EBUSY; whoever starts machines retries.
    """
    controllers = ROOT / "cgroup.controllers"
    if not controllers.exists():
        return
    below = ROOT / "init"
    below.mkdir(exist_ok=True)
    for pid in (ROOT / "cgroup.procs").read_text().split():
        try:
            (below / "cgroup.procs").write_text(pid)
        except OSError as error:
            if error.errno != errno.ESRCH:
                raise
    wanted = " ".join(f"+{name}" for name in controllers.read_text().split())
    (ROOT / "cgroup.subtree_control").write_text(wanted)
