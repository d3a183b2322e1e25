"""Write the fruit images into the stand-in Hub.

Small images that no machine has yet, so that a first `docker run` really pulls.

usage: fruits.py ROOT
"""

import io
import random
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, "/opt/slipway/hub")

from storage import Storage  # type: ignore[import-not-found]

BUSYBOX = Path("/opt/slipway/busybox")
# Where an ELF file says which processor it is for, and what it says for most.
ELF_MACHINE, EM_X86_64 = 18, 62
# One list per fruit: the sizes in KiB of the layers above its first, which holds the program. No two fruits share a
# layer.
FRUITS = {
    "mango": (48, 160),
    "papaya": (32, 96, 256),
    "guava": (64,),
    "lychee": (24, 48, 96, 192),
}


def layer(files: dict[str, tuple[bytes, int]]) -> bytes:
    """Pack files, given as path to (content, mode), into a tar that is the same each time."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, (content, mode) in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def layers(name: str, sizes: tuple[int, ...]) -> list[bytes]:
    """Return the layers of one fruit: the program and its words, then pulp that does not compress."""
    pulp = random.Random(name)  # noqa: S311  (the same bytes each time, no secret)
    say = f"#!/bin/busybox sh\necho 'A {name} fell out of its crate, layer by layer.'\n".encode()
    os_release = f'ID=fruit\nNAME="{name}"\nVARIANT="stand-in"\n'.encode()
    first = layer(
        {"bin/busybox": (BUSYBOX.read_bytes(), 0o755), "say": (say, 0o755), "etc/os-release": (os_release, 0o644)}
    )
    return [first, *(layer({f"fruit/{n}": (pulp.randbytes(size * 1024), 0o644)}) for n, size in enumerate(sizes, 1))]


def main(root: str) -> None:
    """Write every fruit under its own name."""
    storage = Storage(Path(root))
    for name, sizes in FRUITS.items():
        config = {
            "architecture": "amd64" if BUSYBOX.read_bytes()[ELF_MACHINE] == EM_X86_64 else "arm64",
            "os": "linux",
            "created": "2026-01-01T00:00:00Z",
            "config": {"Cmd": ["/say"], "Labels": {"org.slipway.stand-in": "1"}},
            "history": [{"created": "2026-01-01T00:00:00Z", "created_by": f"fruits.py {name}"}] * (1 + len(sizes)),
        }
        print(f"fruit-{name}", storage.write_image(f"library/fruit-{name}", "latest", config, layers(name, sizes)))


main(sys.argv[1])
