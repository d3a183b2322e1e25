"""Make an OCI bundle a learner's machine: its disk, its range of ids, its root.

All is mounted in a mount namespace of its own, which only the machine's processes keep alive: when the last one dies,
for whatever reason, the kernel unmounts all of it and frees the loop device. Nothing has to be cleaned up, so nothing
can leak.
"""

import os
from typing import Any

import disks
from bundle import BYTES, DISK, INODES, RANGE_SIZE, START_FROM, adapt, first_id
from syscalls import (
    MOUNT_ATTR_NODEV,
    MOUNT_ATTR_NOSUID,
    MOUNT_ATTR_RDONLY,
    MS_NODEV,
    MS_NOSUID,
    MS_RDONLY,
    MS_REC,
    MS_SLAVE,
    bind_beneath,
    bind_idmapped,
    mount,
    user_namespace,
)

# A tmpfs in the machine's mount namespace. STAGE/root must exist, empty, in the engine's too: "runc exec" changes to it
# there.
STAGE = "/mnt"
TOOLSET = "opt/slipway"
HOOK = ["/usr/bin/python3", "-I", "-S", "/usr/local/lib/slipway/runtime", "delegate"]


def image_layers(root: str) -> list[str]:
    """Return the folders of an image's layers, top first, from what overlay2 wrote down.

    The first, Docker's own, is left out.
    """
    overlay = os.path.dirname(root)
    with open(f"{overlay}/lower") as lower:
        names = lower.read().split(":")[1:]
    return [os.path.realpath(f"{os.path.dirname(overlay)}/{name}") for name in names]


def mount_disk(number: int, first: int) -> None:
    """Mount a disk, its plain ids from 0 mapped to the machine's range, so that it fits every range."""
    # noinit_itable: otherwise the kernel zeroes the inode tables in the background and the sparse file grows.
    mount(f"/dev/loop{number}", "raw", "ext4", MS_NODEV, "noinit_itable,discard")
    for name in ("upper", "work", "docker"):
        os.makedirs(f"raw/{name}", exist_ok=True)
    # The second extent is for the overlay's own work, which is done as the engine's root.
    with user_namespace((0, first, RANGE_SIZE), (RANGE_SIZE, 0, 1)) as disk_ids:
        bind_idmapped("raw", "disk", disk_ids)


def mount_root(layers: list[str], first: int) -> None:
    """Mount the root: the image's layers, mapped from the daemon's range to the machine's, under the disk."""
    with user_namespace((disks.IMAGES_ROOT, first, RANGE_SIZE)) as image_ids:
        for index, layer in enumerate(layers):
            bind_idmapped(layer, str(index), image_ids)
    lower = ":".join(map(str, range(len(layers))))
    mount("sandbox", "root", "overlay", MS_NODEV, f"lowerdir={lower},upperdir=disk/upper,workdir=disk/work")
    bind_beneath("disk/docker", "root", "var/lib/docker")
    mount_toolset(lower)


def mount_toolset(lower: str) -> None:
    """Bind the toolset from the image alone, without the disk above it, so that nothing in the machine can change it.

    The kernel locks a mount that a less privileged namespace inherits: the machine's root can neither unmount it nor
    make it writable.
    """
    # A lower layer that stands alone is no overlay; the empty folder makes two.
    mount("image", "image", "overlay", MS_NODEV | MS_RDONLY, f"lowerdir={lower}:empty")
    # Asked of the image, not of the machine: its root may have moved the folder away.
    if os.path.isdir(f"image/{TOOLSET}"):
        bind_beneath(f"image/{TOOLSET}", "root", TOOLSET, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)


def build(config: dict[str, Any]) -> None:
    """Mount a machine in this process's new mount namespace and adapt its configuration to it."""
    annotations = config["annotations"]
    size, inodes = (int(annotations.get(name, "0")) for name in (BYTES, INODES))
    path = disks.ensure(annotations[DISK], annotations.get(START_FROM, disks.TEMPLATE), size, inodes)
    layers = image_layers(config["root"]["path"])
    disk = disks.open_locked(path)
    number, loop = disks.attach(disk)
    os.close(disk)
    first = first_id(number)

    os.unshare(os.CLONE_NEWNS)
    mount(None, "/", flags=MS_REC | MS_SLAVE)
    mount("stage", STAGE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=711,size=64k")
    # Mount options have little room: all names are relative.
    os.chdir(STAGE)
    for name in ("raw", "disk", "root", "image", "empty", *map(str, range(len(layers)))):
        os.mkdir(name)
    mount_disk(number, first)
    os.close(loop)
    mount_root(layers, first)
    adapt(config, root=f"{STAGE}/root", first=first, hook=[*HOOK, str(first)])
