"""deletes.py FOLDER...     Succeed if a layer's folder holds a whiteout or an opaque folder, as overlayfs marks what a layer deletes."""

import os
import stat
import sys
from pathlib import Path


def is_whiteout(path: str) -> bool:
    """Tell whether a path is a character device 0/0."""
    status = os.lstat(path)
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == 0


def is_opaque(folder: str) -> bool:
    """Tell whether a folder hides what lies below it in other layers."""
    return "trusted.overlay.opaque" in os.listxattr(folder, follow_symlinks=False)


def deletes(top: Path) -> bool:
    """Look through one layer."""
    return any(
        is_opaque(folder) or any(is_whiteout(f"{folder}/{name}") for name in files) for folder, _, files in os.walk(top)
    )


sys.exit(0 if any(deletes(Path(folder)) for folder in sys.argv[1:]) else 1)
