"""Let the inner Docker use its small init, which `docker run --init` binds into a container, read-only."""

import ctypes
import os
from pathlib import Path

from preload import MS_BIND, MS_RDONLY, libc

# The root's nodev is locked, and for this one file dockerd does not keep it, so a container with it does not start. A
# mount of the machine's own has no locks, and an overlay needs no copy. It wants a second folder: any will do.
OVERLAY = "lowerdir=/opt/slipway:/mnt"
PLACE = Path("/run/docker-init")
INIT = Path("/usr/bin/docker-init")


def free_init() -> None:
    """Put the toolset's init, the same program, in its place on a mount of our own. Without a Docker do nothing."""
    if not INIT.exists():
        return
    PLACE.mkdir(exist_ok=True)
    _mount("overlay", str(PLACE), "overlay", MS_RDONLY, OVERLAY)
    try:
        _mount(str(PLACE / "tini"), str(INIT.resolve(strict=True)), "", MS_BIND, "")
    finally:
        libc.umount2(str(PLACE).encode(), 0)
        PLACE.rmdir()


def _mount(source: str, target: str, kind: str, flags: int, options: str) -> None:
    if libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode()) < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"mount {target}: {os.strerror(code)}")
