"""Tells whether files changed, by their content."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

IGNORED_FOLDERS = {"__pycache__"}


def of_files(paths: Iterable[Path]) -> str:
    """Return a hash of the files' paths and contents; folders are read whole, what is missing counts as empty."""
    digest = hashlib.sha256()
    for path in sorted(_files(paths)):
        digest.update(os.fsencode(path) + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files(paths: Iterable[Path]) -> set[Path]:
    found: set[Path] = set()
    for path in paths:
        if path.is_file():
            found.add(path)
        found.update(file for file in path.rglob("*") if file.is_file() and not IGNORED_FOLDERS & set(file.parts))
    return found
