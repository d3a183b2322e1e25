"""What each image is made of and what it is called. Pure.

Folders' contents in, recipes with content-hashed tags out.
"""

import enum
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

REPOSITORY = "slipway"
PARENT = re.compile(rb"^ARG ([A-Z][A-Z0-9_]*)_IMAGE$", re.MULTILINE)
STANDS_IN_FOR = re.compile(rb"\A# stands-in-for: (\S+)\n")
LAB_PREFIX = "lab-"


class Source(enum.Enum):
    """Where the first images come from."""

    REGISTRY = "registry"
    PACKAGES = "packages"


class Kind(enum.Enum):
    """How an image is made."""

    BOOTSTRAP = "bootstrap"
    DOCKERFILE = "dockerfile"
    PULL = "pull"
    SHELF = "shelf"


@dataclass(frozen=True, slots=True)
class File:
    """A file of an image's folder."""

    content: bytes
    executable: bool = False


Folder = Mapping[str, File]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Which images a learner finds: in the inner Docker from the start, or on the stand-in Hub only."""

    preloaded: tuple[str, ...]
    hub: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Shelf":
        """Read a shelf.toml."""
        data = tomllib.loads(text)
        return cls(tuple(data["preloaded"]), tuple(data["hub"]))

    @property
    def names(self) -> tuple[str, ...]:
        """All images of the shelf."""
        return (*self.preloaded, *self.hub)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One image: how it is made, from which others, and its tag, which changes with anything that goes into it."""

    name: str
    kind: Kind
    parents: tuple[str, ...]
    tag: str
    pulls: str = ""


def kind_of(folder: Folder, source: Source) -> Kind:
    """Tell how the image of a folder is made."""
    if "shelf.toml" in folder:
        return Kind.SHELF
    if "bootstrap" in folder and source is Source.PACKAGES:
        return Kind.BOOTSTRAP
    if pulled_name(folder) and source is Source.REGISTRY:
        return Kind.PULL
    return Kind.DOCKERFILE


def pulled_name(folder: Folder) -> str:
    """Return the public image that a folder's one stands in for, or nothing."""
    found = STANDS_IN_FOR.match(folder["Dockerfile"].content) if "Dockerfile" in folder else None
    return found[1].decode() if found else ""


def parents_of(folder: Folder, kind: Kind) -> tuple[str, ...]:
    """Return the images that one is made from: a Dockerfile names each by ``ARG NAME_IMAGE``, a shelf lists them."""
    match kind:
        case Kind.SHELF:
            shelf = Shelf.parse(folder["shelf.toml"].content.decode())
            return ("docker-machine", *(f"inner-{name}" for name in shelf.names))
        case Kind.DOCKERFILE:
            return tuple(
                word.decode().lower().replace("_", "-") for word in PARENT.findall(folder["Dockerfile"].content)
            )
        case Kind.BOOTSTRAP | Kind.PULL:
            return ()


def content_hash(kind: Kind, folder: Folder, parent_tags: Iterable[str]) -> str:
    """Return 12 hex digits over all that goes into an image."""
    digest = hashlib.sha256(kind.value.encode())
    for tag in parent_tags:
        digest.update(b"\0parent\0" + tag.encode())
    for path, file in sorted(folder.items()):
        content = hashlib.sha256(file.content).digest()
        digest.update(b"\0file\0" + path.encode() + b"\0" + (b"x" if file.executable else b"-") + content)
    return digest.hexdigest()[:12]


def plan(folders: Mapping[str, Folder], source: Source) -> list[Recipe]:
    """Return the recipes of all images, each after its parents."""
    kinds = {name: kind_of(folder, source) for name, folder in folders.items()}
    parents = {name: parents_of(folder, kinds[name]) for name, folder in folders.items()}
    recipes: dict[str, Recipe] = {}
    for name in TopologicalSorter({name: sorted(parents[name]) for name in sorted(folders)}).static_order():
        if name not in folders:
            raise ValueError(f"an image is made from {name!r}, but there is no folder of that name")
        folder, kind = folders[name], kinds[name]
        inputs = {"Dockerfile": folder["Dockerfile"]} if kind is Kind.PULL else folder
        value = content_hash(kind, inputs, (recipes[parent].tag for parent in parents[name]))
        recipes[name] = Recipe(name, kind, parents[name], f"{REPOSITORY}/{name}:{value}", pulled_name(folder))
    return list(recipes.values())
