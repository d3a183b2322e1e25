"""What was proven, in proofs.json beside each lesson: by name, the hash of what its proof rests on. Does IO."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from slipway.lessonfile.files import Folder
from slipway.lessonfile.model import Lesson
from slipway.lessonfile.problems import Problems
from slipway.proofs.digests import digests
from slipway.proofs.ground import Grounds

FILE = "proofs.json"
MAX_BYTES = 64 * 1024


def read(folder: Path) -> dict[str, str]:
    """Return what is recorded: nothing when there is no such file, or none that can be read."""
    text = Folder(folder, Problems()).read(FILE, MAX_BYTES) if (folder / FILE).exists() else None
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
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
    if Folder(folder, Problems()).read(FILE, MAX_BYTES) != text:
        # Whole or not at all, and never through a link to another file.
        written = folder / f".{FILE}.new"
        written.unlink(missing_ok=True)
        written.write_text(text, encoding="utf-8")
        written.replace(folder / FILE)
