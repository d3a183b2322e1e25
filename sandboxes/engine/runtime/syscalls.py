"""System calls that Python has no words for: mounts, idmapped mounts, user namespaces."""

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterator

AT_FDCWD, AT_EMPTY_PATH = -100, 0x1000
OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH = 1, 4, 0x40
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_IDMAP = 1, 2, 4, 0x00100000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REC, MS_SLAVE = 1, 2, 4, 16384, 1 << 19
RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH = 0x04, 0x08
# The same on every architecture: they came after the numbers were unified.
NR_OPEN_TREE, NR_MOVE_MOUNT, NR_OPENAT2, NR_MOUNT_SETATTR = 428, 429, 437, 442

libc = ctypes.CDLL(None, use_errno=True)
# (first id inside, first id outside, how many)
Extent = tuple[int, int, int]


def checked(result: int, what: str) -> int:
    """Return the result of a system call, or raise OSError that says what failed."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def mount(source: str | None, target: str, kind: str | None = None, flags: int = 0, options: str | None = None) -> None:
    """Attach a file system by the old system call, since the new one takes 256 bytes an option at most."""
    words = [word.encode() if word is not None else None for word in (source, target, kind, options)]
    result = libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3])
    checked(result, f"mount {kind or 'bind'} {target}")


def open_tree(path: str) -> int:
    """Return a descriptor of a detached mount of this one path."""
    return checked(
        libc.syscall(NR_OPEN_TREE, AT_FDCWD, path.encode(), OPEN_TREE_CLONE | os.O_CLOEXEC), f"open_tree {path}"
    )


def bind_idmapped(source: str, target: str, namespace: int) -> None:
    """Bind source on target, its owners translated by a user namespace's maps (for overlay's layers kernel 5.19)."""
    tree = open_tree(source)
    set_attributes(tree, MOUNT_ATTR_IDMAP, namespace)
    checked(
        libc.syscall(NR_MOVE_MOUNT, tree, b"", AT_FDCWD, target.encode(), MOVE_MOUNT_F_EMPTY_PATH),
        f"move_mount {target}",
    )
    os.close(tree)


def bind_beneath(source: str, root: str, path: str, attributes: int = 0) -> None:
    """Bind source on a folder of a learner's root. No link on the way is followed: it would lead into the engine."""
    folder = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        target = open_beneath(folder, path)
    except OSError as error:
        raise OSError(
            error.errno,
            f"/{path} of this machine is missing or a link, so it cannot start: reset it ({error.strerror})",
        ) from error
    tree = open_tree(source)
    if attributes:
        set_attributes(tree, attributes)
    flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH
    checked(libc.syscall(NR_MOVE_MOUNT, tree, b"", target, b"", flags), f"move_mount {path}")
    for descriptor in (tree, target, folder):
        os.close(descriptor)


def set_attributes(tree: int, attributes: int, namespace: int = 0) -> None:
    """Set attributes of a detached mount; a user namespace goes with MOUNT_ATTR_IDMAP."""
    wanted = struct.pack("QQQQ", attributes, 0, 0, namespace)
    checked(libc.syscall(NR_MOUNT_SETATTR, tree, b"", AT_EMPTY_PATH, wanted, len(wanted)), "mount_setattr")


def open_beneath(folder: int, path: str) -> int:
    """Open a folder below another without following any link: the paths are a learner's."""
    how = struct.pack("QQQ", os.O_DIRECTORY | os.O_CLOEXEC, 0, RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH)
    return checked(libc.syscall(NR_OPENAT2, folder, path.encode(), how, len(how)), f"openat2 {path}")


@contextlib.contextmanager
def user_namespace(*extents: Extent) -> Iterator[int]:
    """Give a descriptor of a new user namespace with these extents for uids and gids alike.

    A child makes it and lives until its maps are written; the descriptor keeps it after that.
    """
    ready, done = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        os.unshare(os.CLONE_NEWUSER)
        os.write(ready[1], b"x")
        os.close(done[1])
        os.read(done[0], 1)
        os._exit(0)
    os.close(ready[1])
    os.read(ready[0], 1)
    try:
        for name in ("uid_map", "gid_map"):
            with open(f"/proc/{child}/{name}", "w") as maps:
                maps.write("".join(f"{inside} {outside} {count}\n" for inside, outside, count in extents))
        namespace = os.open(f"/proc/{child}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        for end in (done[1], done[0], ready[0]):
            os.close(end)
        os.waitpid(child, 0)
    try:
        yield namespace
    finally:
        os.close(namespace)
