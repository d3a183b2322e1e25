"""Write images straight into the storage of a docker-registry, as its filesystem driver lays it out.

No daemon is needed.

usage: storage.py ROOT FOLDER...     Each folder is what `docker save` packed.
"""

import gzip
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


@dataclass(frozen=True)
class Storage:
    """The storage below a registry's root directory."""

    root: Path

    @property
    def base(self) -> Path:
        """The folder of the layout's second version."""
        return self.root / "docker/registry/v2"

    def write_blob(self, data: bytes) -> str:
        """Store bytes under their digest, which is returned."""
        value = hashlib.sha256(data).hexdigest()
        path = self.base / "blobs/sha256" / value[:2] / value / "data"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return f"sha256:{value}"

    def link(self, repository: str, place: str, digest: str) -> None:
        """Make a blob known in one place of a repository."""
        path = self.base / "repositories" / repository / place / "link"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(digest)

    def described(self, repository: str, kind: str, data: bytes) -> dict[str, object]:
        """Store a blob of an image and return its descriptor."""
        digest = self.write_blob(data)
        self.link(repository, f"_layers/{digest.replace(':', '/')}", digest)
        return {"mediaType": kind, "size": len(data), "digest": digest}

    def write_image(self, repository: str, tag: str, config: Mapping[str, Any], layers: Sequence[bytes]) -> str:
        """Store an image: its configuration without `rootfs`, and its layers as uncompressed tars.

        Return the manifest's digest.
        """
        diff_ids = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]
        text = json.dumps({**config, "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()
        return self.write_exactly(repository, tag, text, layers)

    def write_exactly(self, repository: str, tag: str, config: bytes, layers: Sequence[bytes]) -> str:
        """Store an image with its configuration as it is, byte for byte: that keeps its ID."""
        described = [self.described(repository, LAYER, compressed(layer)) for layer in layers]
        return self.write_manifest(repository, tag, config, described)

    def write_manifest(self, repository: str, tag: str, config: bytes, layers: Sequence[Mapping[str, object]]) -> str:
        """Store an image whose layers, given by their descriptors, are stored. Return the manifest's digest."""
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": self.described(repository, CONFIG, config),
            "layers": layers,
        }
        digest = self.write_blob(json.dumps(manifest).encode())
        revision = digest.replace(":", "/")
        self.link(repository, f"_manifests/revisions/{revision}", digest)
        self.link(repository, f"_manifests/tags/{tag}/current", digest)
        self.link(repository, f"_manifests/tags/{tag}/index/{revision}", digest)
        return digest


def compressed(layer: bytes) -> bytes:
    """Compress a layer so that the same layer always gives the same bytes."""
    return gzip.compress(layer, compresslevel=3, mtime=0)


def load(storage: Storage, folder: Path, repository: str, tag: str) -> str:
    """Store the one image of an unpacked `docker save`. Return its manifest's digest."""
    entry = json.loads((folder / "manifest.json").read_text())[0]
    layers = [(folder / layer).read_bytes() for layer in entry["Layers"]]
    return storage.write_exactly(repository, tag, (folder / entry["Config"]).read_bytes(), layers)


def main(root: str, *folders: str) -> None:
    """Store one image per folder; the folder's name is NAME or NAME:TAG, official images as on Docker Hub."""
    storage = Storage(Path(root))
    for folder in map(Path, folders):
        name, _, tag = folder.name.partition(":")
        print(name, load(storage, folder, f"library/{name}", tag or "latest"), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
