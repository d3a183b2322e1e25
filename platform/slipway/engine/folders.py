"""Read the folders that images are made of. Reads files; knows no Docker."""

import os
from pathlib import Path

from slipway.engine.recipes import File, Folder

SANDBOXES = Path(__file__).parents[3] / "sandboxes"


def read_folders(root: Path = SANDBOXES) -> dict[str, Folder]:
    """Read the folders of all images: each that has a Dockerfile or a shelf."""
    folders = (
        path for path in sorted(root.iterdir()) if (path / "Dockerfile").exists() or (path / "shelf.toml").exists()
    )
    return {path.name: read_folder(path) for path in folders}


def read_folder(root: Path) -> Folder:
    """Read one folder; what Python leaves behind is no input."""
    paths = (path for path in sorted(root.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(root)): File(path.read_bytes(), os.access(path, os.X_OK)) for path in paths}
