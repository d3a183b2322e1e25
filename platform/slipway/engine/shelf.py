"""Fill the shelf: put images into the stand-in Hub's storage and into an inner Docker's, in a throw-away machine."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping

import docker

from slipway.engine.building import LAST_LINES, packed
from slipway.engine.errors import ImageBuildError
from slipway.engine.hosting import unconfined
from slipway.engine.recipes import Folder, Recipe, Shelf

IDLE = ["/opt/slipway/busybox", "sleep", "infinity"]


@contextlib.contextmanager
def kitchen(api: docker.APIClient, image: str) -> Iterator[str]:
    """Give the id of a throw-away container that can run a dockerd; its data lies on a volume, as overlay2 needs."""
    host_config = unconfined(api, network_mode="none", cap_add=["SYS_ADMIN", "NET_ADMIN"])
    container = api.create_container(image, entrypoint=IDLE, volumes=["/kitchen"], host_config=host_config)["Id"]
    try:
        api.start(container)
        yield container
    finally:
        api.remove_container(container, v=True, force=True)


def execute(api: docker.APIClient, container: str, argv: list[str], say: Callable[[str], None]) -> int:
    """Run a command in a container, give its output line by line, and return its exit status."""
    execution = api.exec_create(container, argv)["Id"]
    rest = ""
    for chunk in api.exec_start(execution, stream=True):
        *lines, rest = (rest + chunk.decode(errors="replace")).split("\n")
        for line in lines:
            say(line)
    return int(api.exec_inspect(execution)["ExitCode"])


def fill(
    api: docker.APIClient, recipe: Recipe, folder: Folder, tags: Mapping[str, str], progress: Callable[[str], None]
) -> None:
    """Make the shelf's image: a machine's image plus /var/lib/registry and /preload."""
    shelf = Shelf.parse(folder["shelf.toml"].content.decode())
    last: deque[str] = deque(maxlen=LAST_LINES)

    def say(line: str) -> None:
        last.append(line)
        progress(f"{recipe.name}: {line}")

    with kitchen(api, tags["docker-machine"]) as container:
        folders = ["/saved-tools", *(f"/saved/{name}" for name in shelf.names)]
        execute(api, container, ["mkdir", "-p", *folders], say)
        api.put_archive(container, "/saved-tools", packed(folder).getvalue())
        for name in shelf.names:
            say(f"saving {name}")
            api.put_archive(container, f"/saved/{name}", api.get_image(tags[f"inner-{name}"]))
        if execute(api, container, ["sh", "/saved-tools/fill", *shelf.preloaded], say):
            raise ImageBuildError(recipe.name, last)
        repository, tag = recipe.tag.split(":")
        api.commit(container, repository, tag)
