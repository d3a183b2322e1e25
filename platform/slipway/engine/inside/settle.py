"""Write out what waits for the machine's disk, then tell whether a program has one of its terminals.

Exit 1 when one does: the machine is in the middle of something. Exit 0 when all shells are at their prompts, 2 when
that is so and not all could be written out.
"""

import contextlib
import subprocess
import sys
from pathlib import Path

SYNC = ("/opt/slipway/busybox", "sync", "-f", "/")


def is_held(stat: str) -> bool:
    """Tell from /proc/PID/stat whether this is a shell whose terminal another program has.

    After the name in brackets stand state, parent, group, session, terminal, and the group in its foreground (0 or -1
    where there is none).
    """
    pid, rest = stat.split(" ", 1)[0], stat.rpartition(")")[2].split()
    group, session, terminal, foreground = rest[2:6]
    return pid == session and terminal != "0" and foreground not in {group, "0", "-1"}


def main() -> int:
    """Look at all processes; one that ends meanwhile holds nothing."""
    unwritten = subprocess.run(SYNC, check=False).returncode
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if is_held(path.read_text(errors="replace")):
                return 1
    return 2 if unwritten else 0


if __name__ == "__main__":
    sys.exit(main())
