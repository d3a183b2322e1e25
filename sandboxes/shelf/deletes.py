"""deletes.py FOLDER...     Given an image's layers, top first.

Succeed if one deletes what lies below it, as overlayfs marks that.
"""

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path


def is_whiteout(path: str) -> bool:
    """Tell whether a path is a character device 0/0."""
    status = os.lstat(path)
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == 0


def is_opaque(folder: str, below: Sequence[Path]) -> bool:
    """Tell whether a folder hides one below it; overlayfs marks every new folder, which hides nothing."""
    return "trusted.overlay.opaque" in os.listxattr(folder, follow_symlinks=False) and any(
        path.is_dir() for path in below
    )


def deletes(top: Path, below: Sequence[Path]) -> bool:
    """Look through one layer."""
    for folder, _, files in os.walk(top):
        inside = Path(folder).relative_to(top)
        if is_opaque(folder, [layer / inside for layer in below]) or any(
            is_whiteout(f"{folder}/{name}") for name in files
        ):
            return True
    return False


layers = [Path(folder) for folder in sys.argv[1:]]
sys.exit(0 if any(deletes(layer, layers[index:]) for index, layer in enumerate(layers, 1)) else 1)
