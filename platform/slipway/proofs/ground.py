"""What all proofs stand on: the sandbox images as their folders make them, and the code that decides. Reads files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from slipway.engine.folders import SANDBOXES, read_folders
from slipway.engine.recipes import Source, plan
from slipway.proofs.digests import Ground

CODE = Path(__file__).parents[1]
# What types, observes, compares and judges. Readers of lessons are not among these: what they read is hashed itself.
# tests/unit/proofs/test_ground.py follows the imports of these, so that none is forgotten.
DECIDING = (
    "grading/drills.py",
    "grading/facts.py",
    "grading/judging.py",
    "grading/matching.py",
    "grading/observer/*.py",
    "grading/observing.py",
    "grading/slimming.py",
    "lessonfile/outputs.py",
    "lessonfile/parameters.py",
    "lessonfile/regexes.py",
    "lessonfile/scripts.py",
    "lessonfile/visible.py",
    "prover/cases.py",
    "prover/tryout.py",
    "prover/typist.py",
    "prover/walking.py",
)


@dataclass(frozen=True, slots=True)
class Grounds:
    """The tags that each image may have, by its name, and the hash of the code."""

    tags: Mapping[str, tuple[str, ...]]
    code: str

    def of(self, image: str) -> Ground:
        """Return what proofs in this image rest on, the same whether or not a registry answers."""
        return Ground(self.tags[image][0] if image in self.tags else "", self.code)

    def is_current(self, image: str, tag: str) -> bool:
        """Say whether a tag is that of the image as it would be built now."""
        return tag in self.tags.get(image, ())


@cache
def current() -> Grounds:
    """Return the grounds as the files of this installation are, read once."""
    folders = read_folders(SANDBOXES)
    plans = [
        {recipe.name: recipe.tag for recipe in plan(folders, source)} for source in (Source.PACKAGES, Source.REGISTRY)
    ]
    return Grounds({name: tuple(tags[name] for tags in plans) for name in plans[0]}, code_digest(CODE))


def deciding_files(root: Path) -> list[Path]:
    """Return the files of the code that decides, below the folder of the package."""
    return sorted(path for pattern in DECIDING for path in root.glob(pattern))


def code_digest(root: Path) -> str:
    """Return the hash of the code that decides."""
    digest = hashlib.sha256()
    for path in deciding_files(root):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()
