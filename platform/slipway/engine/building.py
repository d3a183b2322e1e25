"""Build an image from a folder with a Dockerfile, through the host's engine."""

import io
import tarfile
from collections import deque
from collections.abc import Callable, Mapping

import docker

from slipway.engine.errors import ImageBuildError
from slipway.engine.recipes import Folder, Recipe

LAST_LINES = 20


def packed(folder: Folder) -> io.BytesIO:
    """Pack a folder into a tar that is the same each time: owner root, no dates."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path, file in sorted(folder.items()):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(file.content), 0o755 if file.executable else 0o644
            tar.addfile(entry, io.BytesIO(file.content))
    buffer.seek(0)
    return buffer


def build_from_dockerfile(
    api: docker.APIClient, recipe: Recipe, folder: Folder, tags: Mapping[str, str], progress: Callable[[str], None]
) -> None:
    """Build by the host's engine; packages come through the host's network, inner commands see no registry."""
    arguments = {f"{parent.upper().replace('-', '_')}_IMAGE": tags[parent] for parent in recipe.parents}
    last: deque[str] = deque(maxlen=LAST_LINES)
    events = api.build(
        fileobj=packed(folder), custom_context=True, tag=recipe.tag, buildargs=arguments, network_mode="host", rm=True,
        forcerm=True, decode=True,
    )  # fmt: skip
    for event in events:
        for line in str(event.get("stream") or event.get("error") or "").splitlines():
            if line.strip():
                last.append(line.rstrip())
                progress(f"{recipe.name}: {line.rstrip()}")
        if "error" in event:
            raise ImageBuildError(recipe.name, last)
