"""Make the images: base, engine, sandboxes. Only what changed is built, told by content-hashed tags."""

import contextlib
import fcntl
import os
import subprocess
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import docker
import docker.errors
import requests.exceptions

from slipway.engine import shelf
from slipway.engine.building import LAST_LINES, build_from_dockerfile
from slipway.engine.errors import ImageBuildError
from slipway.engine.folders import SANDBOXES, read_folders
from slipway.engine.hosting import connect, explained, image_exists
from slipway.engine.lanes import in_lanes
from slipway.engine.port import EngineError
from slipway.engine.recipes import LAB_PREFIX, Folder, Kind, Recipe, Source, plan

Progress = Callable[[str], None]
PROBE_SECONDS = 3
# Packages are unpacked by one core while the next are fetched for the other.
LANES = 2
PROBED_IMAGE = "debian:trixie-slim"


def lab_images(root: Path = SANDBOXES) -> tuple[str, ...]:
    """Return the names of the sandbox images: the folders lab-*."""
    return tuple(sorted(path.parent.name for path in root.glob(f"{LAB_PREFIX}*/Dockerfile")))


def registry_answers() -> bool:
    """Ask whether the host's engine reaches a registry within three seconds."""
    api = connect(PROBE_SECONDS)
    try:
        api.inspect_distribution(PROBED_IMAGE)
    except (docker.errors.DockerException, requests.exceptions.RequestException):
        return False
    finally:
        api.close()
    return True


def choose_plan(api: docker.APIClient, folders: Mapping[str, Folder]) -> list[Recipe]:
    """Return the plan whose images are all there, else the one whose source can be had."""
    plans = {source: plan(folders, source) for source in Source}
    for recipes in plans.values():
        if all(image_exists(api, recipe.tag) for recipe in recipes):
            return recipes
    return plans[Source.REGISTRY if registry_answers() else Source.PACKAGES]


@contextlib.contextmanager
def one_builder(progress: Progress) -> Iterator[None]:
    """Keep others of this user from building meanwhile: a host's instances share the images, so one build is enough."""
    path = Path(tempfile.gettempdir()) / f"slipway-build-{os.getuid()}.lock"
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("waiting for another build of the images")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_all(progress: Progress, root: Path = SANDBOXES) -> dict[str, str]:
    """Build what is missing and return the tag of every image by name.

    Each line of `progress` is one for people: what is being made, and what the builder says. Raise `ImageBuildError`.
    """
    api = connect()
    try:
        with one_builder(progress), explained("Cannot build the images"):
            folders = read_folders(root)
            recipes = choose_plan(api, folders)
            workshop = Workshop(api, root, folders, {recipe.name: recipe.tag for recipe in recipes}, progress)
            workshop.build_in_lanes({r.name: r for r in recipes if not image_exists(api, r.tag)})
            return workshop.tags
    finally:
        api.close()


def current_tags(root: Path = SANDBOXES) -> dict[str, str]:
    """Return the tags of all images as they would be built now; raise `EngineError` if one is not there."""
    api = connect()
    try:
        with explained("Cannot look for the images"):
            folders = read_folders(root)
            for source in Source:
                recipes = plan(folders, source)
                if all(image_exists(api, recipe.tag) for recipe in recipes):
                    return {recipe.name: recipe.tag for recipe in recipes}
    finally:
        api.close()
    raise EngineError("The images are missing or out of date. Run ./slipway up, which builds them.")


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where images are made: the host's engine, the folders, the tags of all, and who hears how it goes."""

    api: docker.APIClient
    root: Path
    folders: Mapping[str, Folder]
    tags: dict[str, str]
    progress: Progress

    def build_in_lanes(self, recipes: Mapping[str, Recipe]) -> None:
        """Make these images, each after its parents; the host's engine gives up a build whose client has gone."""

        def make(name: str) -> None:
            self.progress(f"{name}: making it ({recipes[name].kind.value})")
            api = connect()
            try:
                replace(self, api=api).build(recipes[name])
            finally:
                api.close()

        parents = {name: [parent for parent in recipe.parents if parent in recipes] for name, recipe in recipes.items()}
        in_lanes(
            parents, make, lanes=LANES, may_be_left=lambda name: recipes[name].kind in {Kind.DOCKERFILE, Kind.PULL}
        )

    def build(self, recipe: Recipe) -> None:
        """Make one image in its way."""
        match recipe.kind:
            case Kind.BOOTSTRAP:
                self.bootstrap(recipe)
            case Kind.PULL:
                self.pull(recipe)
            case Kind.DOCKERFILE:
                build_from_dockerfile(self.api, recipe, self.folders[recipe.name], self.tags, self.progress)
            case Kind.SHELF:
                shelf.fill(self.api, recipe, self.folders[recipe.name], self.tags, self.progress)

    def pull(self, recipe: Recipe) -> None:
        """Take a public image and give it our tag, too."""
        public_name, _, public_tag = recipe.pulls.partition(":")
        repository, _, tag = recipe.tag.partition(":")
        self.api.pull(public_name, tag=public_tag)
        self.api.tag(recipe.pulls, repository, tag)

    def bootstrap(self, recipe: Recipe) -> None:
        """Make a root file system from Debian's packages on this machine and import it."""
        with tempfile.TemporaryDirectory(prefix="slipway-base.") as scratch:
            packed = Path(scratch) / "root.tar"
            self.run(recipe.name, ["sh", str(self.root / recipe.name / "bootstrap"), str(packed)])
            repository, tag = recipe.tag.split(":")
            self.api.import_image(src=str(packed), repository=repository, tag=tag, changes=['CMD ["bash"]'])

    def run(self, name: str, command: list[str]) -> None:
        """Run a program on this machine and pass on what it says."""
        last: deque[str] = deque(maxlen=LAST_LINES)
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            for line in process.stdout or ():
                last.append(line.rstrip())
                self.progress(f"{name}: {line.rstrip()}")
        if process.returncode:
            raise ImageBuildError(name, last)
