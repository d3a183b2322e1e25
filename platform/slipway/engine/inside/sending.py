"""Send a disk to another host, or take one from there. Runs where `disks.py` does, which it needs.

usage: send NAME | receive NAME FLOOR
What is sent are pieces of the disk's archive behind their lengths, one of length 0, and the SHA-256 of all of them.
"""

import fcntl
import hashlib
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import BinaryIO

from slipway.engine.inside import disks

LENGTH = struct.Struct("!I")
PIECE_BYTES = 64 * 1024


def send(name: str) -> None:
    """Write a disk, packed, to standard output. What goes wrong ends the stream before its end, and says why."""
    try:
        with disks.opened(disks.path_of(name)) as disk:
            if not disks.take(disk, fcntl.LOCK_SH):
                sys.exit(f"the disk {name} is a running machine's")
            write_pieces(packing(disk))
    except FileNotFoundError:
        try:
            with disks.archive_of(name).open("rb") as archive:
                write_pieces(iter(lambda: archive.read(PIECE_BYTES), b""))
        except FileNotFoundError:
            sys.exit(f"there is no disk {name}")


def packing(disk: int) -> Iterator[bytes]:
    """Give the pieces of a disk's archive."""
    yield disks.NOTE.pack(*disks.NOTE_BEGINS, os.fstat(disk).st_blocks * 512)
    words = [*disks.ZSTD, "-q", "-c", "-3"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdin is None or process.stdout is None:
            return
        failures: list[OSError] = []
        feeding = threading.Thread(target=feed, args=(disk, process.stdin, failures))
        feeding.start()
        yield from iter(lambda: process.stdout.read(PIECE_BYTES), b"")  # type: ignore[union-attr]  # asked above
        feeding.join()
    # What could not be read is missing in an archive that zstd ends well.
    if failures:
        sys.exit(f"the disk cannot be read: {failures[0].strerror}")
    if process.returncode:
        sys.exit(f"zstd ended with {process.returncode}")


def feed(disk: int, sink: BinaryIO, failures: list[OSError]) -> None:
    """Write a whole disk into a pipe and close it; note what failed, but for a reader that went away."""
    try:
        with sink:
            disks.write_whole(disk, sink.fileno())
    except BrokenPipeError:
        pass
    except OSError as error:
        failures.append(error)


def write_pieces(pieces: Iterator[bytes]) -> None:
    """Write pieces, their end and their hash."""
    seen = hashlib.sha256()
    for piece in pieces:
        seen.update(piece)
        sys.stdout.buffer.write(LENGTH.pack(len(piece)) + piece)
    sys.stdout.buffer.write(LENGTH.pack(0) + seen.digest())
    sys.stdout.buffer.flush()


def receive(name: str, floor: str) -> dict[str, object]:
    """Take the archive of a disk from standard input, whole or not at all."""
    if disks.is_attached(disks.path_of(name)):
        return {"error": "attached", "disk": name}
    seen = hashlib.sha256()
    with disks.draft_of(name) as draft, open(draft, "wb", closefd=False) as archive:
        while size := LENGTH.unpack(read_exactly(LENGTH.size))[0]:
            if disks.lacks_room(size, floor):
                return {"error": "full", "disk": name}
            piece = read_exactly(size)
            seen.update(piece)
            archive.write(piece)
        archive.flush()
        if read_exactly(seen.digest_size) != seen.digest():
            return {"error": "broken", "disk": name}
        disks.publish(name, draft, disks.archive_of(name))
        disks.path_of(name).unlink(missing_ok=True)
    return {}


def read_exactly(size: int) -> bytes:
    """Return so many bytes of standard input; where it ends before, nothing came of it."""
    data = sys.stdin.buffer.read(size) if size <= PIECE_BYTES else b""
    if len(data) < size:
        sys.exit("the disk broke off on its way")
    return data


def main() -> None:
    """Do what the command line says. Who takes answers one line of JSON."""
    act, *arguments = sys.argv[1:]
    if act == "send":
        os.nice(disks.NICENESS)
        send(*arguments)
    else:
        json.dump(receive(*arguments), sys.stdout)
