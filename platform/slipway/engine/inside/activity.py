"""Print when a terminal of the machine was last typed to or printed on, in seconds since 1970; 0 without terminals.

The kernel keeps these times, to 8 seconds, on each terminal's device.
"""

import os
import sys
from pathlib import Path

FOLDER = Path("/dev/pts")


def last_activity() -> float:
    """Return the newest time of all terminals."""
    found = [path.stat() for path in FOLDER.glob("[0-9]*") if os.access(path, os.F_OK)]
    return max((max(status.st_atime, status.st_mtime) for status in found), default=0.0)


if __name__ == "__main__":
    sys.stdout.write(str(last_activity()))
