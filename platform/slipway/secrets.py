"""The secret key: from the environment, else made once and kept in a file that only its owner can read."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from slipway import env


def secret_key(home: Path) -> str:
    """Return the key that signs sessions; making it is safe when several processes start at once."""
    if given := env.text("SLIPWAY_SECRET_KEY", ""):
        return given
    path = home / "secret-key"
    if not path.exists():
        _create(path, get_random_secret_key())
    return path.read_text(encoding="utf-8")


def _create(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(content, encoding="utf-8")
    try:
        os.link(draft, path)  # unlike a rename, never replaces a key that another process made meanwhile
    except FileExistsError:
        return
    finally:
        draft.unlink()
