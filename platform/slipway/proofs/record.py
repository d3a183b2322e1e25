"""What was proven, in proofs.json beside each lesson: by name, the hash of what its proof rests on. Does IO."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from slipway.lessonfile.model import Lesson
from slipway.proofs.digests import digests
from slipway.proofs.ground import Grounds

FILE = "proofs.json"


def read(folder: Path) -> dict[str, str]:
    """Return what is recorded: nothing when there is no such file, or none that can be read."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def keep(folder: Path, name: str, digest: str | None, *, among: Collection[str]) -> None:
    """Record what one proof rests on, or with None that it failed; forget what the lesson has no more."""
    kept = {other: proven for other, proven in read(folder).items() if other in among and other != name}
    _write(folder, kept if digest is None else kept | {name: digest})


def unproven(lesson: Lesson, grounds: Grounds) -> tuple[str, ...]:
    """Return the names of what is not proven as it is now, in the lesson's order."""
    recorded = read(lesson.folder)
    now = digests(lesson, grounds.of(lesson.image))
    return tuple(name for name, digest in now.items() if recorded.get(name) != digest)


def _write(folder: Path, proven: Mapping[str, str]) -> None:
    """Write in an order that does not change, and leave a file alone that says so already."""
    text = json.dumps(dict(proven), indent=2, sort_keys=True) + "\n"
    path = folder / FILE
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
