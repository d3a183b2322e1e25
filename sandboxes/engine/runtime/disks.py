"""Disks: sparse files, each on a loop device as long as its machine lives."""

import contextlib
import errno
import fcntl
import os
import re
import struct
import subprocess
import time

from syscalls import open_tree

DISKS = "/var/lib/slipway/disks"
TEMPLATE = "template"
# Owners of a disk's file: the remapped root, so that a container without rights can copy and delete it.
IMAGES_ROOT = 100000
LOCK_SECONDS = 10
LOOP_CTL_GET_FREE, LOOP_CONFIGURE, LO_FLAGS_AUTOCLEAR = 0x4C82, 0x4C0A, 4
LOOP_MAJOR = 7
NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")


def path_of(name: str) -> str:
    """Return the file of a disk, whose name came from outside."""
    if not NAME.fullmatch(name):
        raise ValueError(f"not a name of a disk: {name!r}")
    return f"{DISKS}/{name}.img"


def make(path: str, size: int, inodes: int = 0) -> None:
    """Make the file of an empty disk; without a number of inodes ext4 has one for each 16 KiB.

    Its owners are plain ids from 0: every start maps them to the range of that start.
    """
    with open(path, "wb") as disk:
        disk.truncate(size)
    few = ["-N", str(inodes)] if inodes else []
    words = ["mkfs.ext4", "-q", "-F", "-m", "0", "-J", "size=4", "-E", "lazy_journal_init=1", *few, path]
    subprocess.run(words, check=True, capture_output=True)
    os.chmod(path, 0o600)


def ensure_template(size: int) -> None:
    """Make the disk that new ones are copied from, unless there is one of this size."""
    path, new = path_of(TEMPLATE), f"{DISKS}/.{TEMPLATE}"
    if os.path.exists(path) and os.path.getsize(path) == size:
        return
    make(new, size)
    os.chown(new, IMAGES_ROOT, IMAGES_ROOT)
    os.rename(new, path)


def ensure(name: str, start_from: str, size: int = 0, inodes: int = 0) -> str:
    """Return the file of a disk, copied from another one if it does not exist.

    In the template's place, which has neither, one with its own size and number of inodes is made, in 30 ms.
    """
    path, source = path_of(name), path_of(start_from)
    if os.path.exists(path):
        return path
    if not os.path.exists(source):
        raise FileNotFoundError(errno.ENOENT, f"there is no disk {start_from!r} to start from")
    new = f"{DISKS}/.{name}.{os.getpid()}"
    try:
        if start_from == TEMPLATE and (size or inodes):
            make(new, size or os.path.getsize(source), inodes)
        else:
            subprocess.run(["cp", "--sparse=always", "--reflink=auto", source, new], check=True, capture_output=True)
        os.chown(new, IMAGES_ROOT, IMAGES_ROOT)
        # Unlike a rename, a link never replaces a disk made meanwhile.
        with contextlib.suppress(FileExistsError):
            os.link(new, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)
    return path


def open_locked(path: str) -> int:
    """Open a disk's file and lock it, waiting for the end of the machine that has it.

    The lock lies on the open file, which a loop device keeps: it is held exactly as long as the disk is attached. The
    file is opened through a mount of itself alone: else every machine could read its path in /sys/block/loop*.
    """
    tree = open_tree(path)
    disk = os.open(f"/proc/self/fd/{tree}", os.O_RDWR | os.O_CLOEXEC)
    os.close(tree)
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(disk, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError(errno.ETIMEDOUT, "the disk is in use by another machine") from None
            time.sleep(0.01)
        else:
            return disk


def attach(disk: int) -> tuple[int, int]:
    """Put an open disk on a free loop device.

    Return the device's number and a descriptor that keeps it until it is mounted.
    """
    # struct loop_config: descriptor, block size, struct loop_info64 (232 bytes, its flags at 52), 64 reserved bytes.
    config = bytearray(struct.pack("II", disk, 0) + bytes(232 + 64))
    struct.pack_into("I", config, 8 + 52, LO_FLAGS_AUTOCLEAR)
    control = os.open("/dev/loop-control", os.O_RDWR | os.O_CLOEXEC)
    while True:
        number = fcntl.ioctl(control, LOOP_CTL_GET_FREE)
        node = f"/dev/loop{number}"
        with contextlib.suppress(FileExistsError):
            os.mknod(node, 0o600 | 0o060000, os.makedev(LOOP_MAJOR, number))
        loop = os.open(node, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.ioctl(loop, LOOP_CONFIGURE, bytes(config))
        except OSError as error:
            os.close(loop)
            # Another start was faster.
            if error.errno not in (errno.EBUSY, errno.EAGAIN):
                raise
        else:
            os.close(control)
            return number, loop
