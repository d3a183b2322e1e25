"""The images that sandboxes start from: which content-hashed tag a name stands for today."""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from slipway.engine.port import EngineError


class ImageMissingError(EngineError):
    """No image of this name was built here."""


def tag_of(image: str) -> str:
    """Return the tag that new machines of this image start from. Raise `ImageMissingError` when there is none."""
    if tag := tags().get(image):
        return tag
    raise ImageMissingError(f"The image {image} is not built on this installation: the operator runs ./slipway up.")


def tags() -> dict[str, str]:
    """Return all images that are built, name to tag; `./slipway up` writes them."""
    path = Path(settings.HOME) / "images.json"
    try:
        changed_at = path.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read(path, changed_at)


def take_over(given: dict[str, str]) -> None:
    """Start machines from the images that the site gave to this host's engine; none were given at the site itself."""
    if not given or tags() == given:
        return
    path = Path(settings.HOME) / "images.json"
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(given, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)


@lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> dict[str, str]:
    return {str(name): str(tag) for name, tag in json.loads(path.read_text(encoding="utf-8")).items()}
