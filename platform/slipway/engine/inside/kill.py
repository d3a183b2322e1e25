"""Kill all processes whose environment holds a mark: a command and what it started."""

import contextlib
import os
import signal
import sys
from pathlib import Path


def main(mark: bytes) -> None:
    """Look twice, for those that were born meanwhile."""
    for _ in range(2):
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0") and folder.name != str(os.getpid()):
                    os.kill(int(folder.name), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1].encode())
