"""Observe an image on the machine's stand-in Hub, in its registry's storage. Standard library alone: it runs there.

Read as distribution's filesystem driver lays it out: nobody is asked, so it does not matter who answers.
"""

import json
import os
import re
import stat
import time
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.grading.observer import limits

ROOT = "/var/lib/registry/docker/registry/v2"
_NAME = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_MAX_JSON_BYTES = 1024 * 1024
# Of all layers that are searched together, unpacked; a layer of zeros packs a thousandfold.
_MAX_SEARCHED_BYTES = 384 * 1024 * 1024
_SECONDS = 2.5
_PART = 256 * 1024
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what lies under a tag; with a text to search, whether and where it is."""
    repository, tag = _named(spec["reference"])
    folder = f"{ROOT}/repositories/{repository}"
    tags = _tags(folder)
    if tag not in tags:
        return {"exists": False, "tags": tags}
    digest = _link(f"{folder}/_manifests/tags/{tag}/current/link")
    manifest = _manifest(digest)
    layers = [layer for layer in manifest.get("layers") or [] if isinstance(layer, dict)]
    packed = _read(_blob(_digest(manifest.get("config"))), _MAX_JSON_BYTES)
    config = _json(packed)
    fact = {
        "exists": True,
        "tags": tags,
        "digest": digest,
        "id": _digest(manifest.get("config")),
        "layers": (config.get("rootfs") or {}).get("diff_ids") or [],
        "size": sum(int(layer.get("size") or 0) for layer in layers),
        "comment": _comment(config),
        "config": config.get("config") or {},
    }
    return fact | (_search(spec["search"].encode(), packed, layers) if spec["search"] else {})


def _comment(config: dict[str, Any]) -> str:
    """Return an image's comment, or its last layer's, as the engine tells it."""
    history = config.get("history") or [{}]
    return str(config.get("comment") or history[-1].get("comment") or "")


def _named(reference: str) -> tuple[str, str]:
    """Return repository and tag of a reference, as Docker completes them."""
    name, _, tag = reference.removeprefix("docker.io/").partition(":")
    repository = name if "/" in name else f"library/{name}"
    if not _NAME.fullmatch(repository) or (tag and not _TAG.fullmatch(tag)):
        raise limits.CannotObserveError(f"{reference} is no name of an image on the Hub")
    return repository, tag or "latest"


def _tags(folder: str) -> list[str]:
    try:
        names = os.listdir(f"{folder}/_manifests/tags")
    except (FileNotFoundError, NotADirectoryError):
        return []
    # What a removed tag leaves behind is its folder without the link.
    found = (name for name in sorted(names) if os.path.lexists(f"{folder}/_manifests/tags/{name}/current/link"))
    return list(found)[: limits.MAX_LISTED]


def _link(path: str) -> str:
    """Return the digest that a link of the storage holds."""
    return _digest({"digest": _read(path, 200).decode("ascii", "replace").strip()})


def _digest(descriptor: Any) -> str:
    digest = str(descriptor.get("digest")) if isinstance(descriptor, dict) else ""
    if not _DIGEST.fullmatch(digest):
        raise limits.CannotObserveError("the Hub's storage is damaged")
    return digest


def _manifest(digest: str) -> dict[str, Any]:
    """Return an image's manifest; of a list for several platforms the first one for Linux."""
    manifest = _json(_read(_blob(digest), _MAX_JSON_BYTES))
    for entry in manifest.get("manifests") or []:
        if isinstance(entry, dict) and (entry.get("platform") or {}).get("os", "linux") == "linux":
            return _json(_read(_blob(_digest(entry)), _MAX_JSON_BYTES))
    return manifest


def _json(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise limits.CannotObserveError("the Hub's storage is damaged")
    return value


def _blob(digest: str) -> str:
    value = digest.removeprefix("sha256:")
    return f"{ROOT}/blobs/sha256/{value[:2]}/{value}/data"


def _open(path: str) -> int:
    """Open a regular file without waiting for anybody."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise limits.CannotObserveError("the Hub's storage is damaged")
    return descriptor


def _read(path: str, most: int) -> bytes:
    descriptor = _open(path)
    try:
        return os.pread(descriptor, most, 0)
    finally:
        os.close(descriptor)


def _search(text: bytes, config: bytes, layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Look for a text in the configuration and in all layers, also in files that a later layer deletes."""
    where = ["configuration"] if text in config else []
    official = _official()
    end = time.monotonic() + _SECONDS
    room = _MAX_SEARCHED_BYTES
    for number, layer in enumerate(layers, 1):
        digest = _digest(layer)
        if any(os.path.lexists(f"{folder}/{digest.replace(':', '/')}/link") for folder in official):
            continue
        before = b""
        for part in _unpacked(_blob(digest)):
            room -= len(part)
            if room < 0:
                raise limits.CannotObserveError("the image is too large to be searched")
            if time.monotonic() > end:
                raise limits.CannotObserveError(f"the image could not be searched within {_SECONDS:g} s")
            seen = before + part
            if text in seen:
                where.append(f"layer {number}")
                break
            before = seen[-len(text) :]
    return {"found": bool(where), "found_in": where[: limits.MAX_LISTED]}


def _official() -> list[str]:
    """Return where the layers of official images are noted: nobody can push a layer there, and bases are large."""
    library = f"{ROOT}/repositories/library"
    try:
        return [f"{library}/{name}/_layers" for name in os.listdir(library)]
    except OSError:
        return []


def _unpacked(path: str) -> Iterator[bytes]:
    """Yield a layer's tar in parts of bounded size."""
    descriptor = _open(path)
    try:
        start = os.pread(descriptor, 4, 0)
        if start == _ZSTD:
            raise limits.CannotObserveError("a layer is packed in a way that cannot be searched")
        parts = _parts(descriptor)
        yield from _inflated(parts) if start[:2] == _GZIP else parts
    finally:
        os.close(descriptor)


def _parts(descriptor: int) -> Iterator[bytes]:
    offset = 0
    while data := os.pread(descriptor, _PART, offset):
        offset += len(data)
        yield data


def _inflated(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip, of one member or several."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        for packed in parts:
            rest = packed
            while rest:
                if unpacking.eof:
                    unpacking = zlib.decompressobj(wbits=31)
                yield unpacking.decompress(rest, 4 * _PART)
                rest = unpacking.unconsumed_tail or unpacking.unused_data
        yield unpacking.flush()
    except zlib.error:
        raise limits.CannotObserveError("a layer on the Hub is damaged") from None
    if not unpacking.eof:
        raise limits.CannotObserveError("a layer on the Hub is damaged: it ends early")
