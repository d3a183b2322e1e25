"""What comes before each attempt in Python: system calls by number (x86-64), whose errors are OSErrors."""

# ruff: noqa: F401  (attempts use what is imported here)

import ctypes
import fcntl
import mmap
import os
import signal
import socket
import struct
import sys
import time
from typing import Any, NoReturn

libc = ctypes.CDLL(None, use_errno=True)
ENV = os.environ


def checked(result: int) -> int:
    """Return the result of a call into the C library, or raise what it failed by."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def call(number: int, *arguments: Any) -> int:
    """Make a system call with numbers, bytes and buffers."""
    return checked(libc.syscall(ctypes.c_long(number), *map(word, arguments)))


def word(value: Any) -> Any:
    """Return an argument of a system call: numbers in all their 64 bits."""
    return ctypes.c_ulong(value & (1 << 64) - 1) if isinstance(value, int) else value


def passes(number: int, *arguments: Any, but: int) -> None:
    """Make a call whose arguments are wrong: only who may make it at all is told so, by the error `but`."""
    try:
        call(number, *arguments)
    except OSError as error:
        if error.errno != but:
            raise


def none(what: str) -> NoReturn:
    """End an attempt that looked everywhere and found nothing."""
    sys.stdout.write(f"found none: {what}\n")
    sys.exit(1)


def into_group_below(controller: str) -> None:
    """Move this process into a new group below the machine's own."""
    hierarchy = f"/sys/fs/cgroup/{controller}"
    place = f"{hierarchy if os.path.isdir(hierarchy) else '/sys/fs/cgroup'}/escape"
    os.makedirs(place, exist_ok=True)
    with open(f"{place}/cgroup.procs", "w") as processes:
        processes.write(str(os.getpid()))


def fork_many(count: int) -> None:
    """Have so many processes at once, and end them again."""
    children: list[int] = []
    try:
        while len(children) < count:
            child = os.fork()
            if not child:
                signal.pause()
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)


def said_by(address: str, port: str | int) -> str:
    """Connect and return what is said there."""
    with socket.create_connection((address, int(port)), 2) as link:
        link.settimeout(2)
        return link.recv(99).decode()


def new_user_namespace(*, mapped: bool = False) -> str:
    """Go into a new user namespace, as its root if `mapped`; return why that is not possible."""
    owner, group = os.geteuid(), os.getegid()
    if libc.unshare(0x10000000):
        return os.strerror(ctypes.get_errno())
    if mapped:
        for name, text in ("setgroups", "deny"), ("uid_map", f"0 {owner} 1"), ("gid_map", f"0 {group} 1"):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    return ""


def in_roots(path: str) -> None:
    """Succeed when a path exists below the root of any process."""
    for process in filter(str.isdecimal, os.listdir("/proc")):
        if os.path.exists(f"/proc/{process}/root{path}"):
            sys.exit(0)
    none("no process has it below its root")


def send(data: bytes, address: str, port: int, *, without_route: int = 1) -> None:
    """Send a packet. A host that has no route itself ends with the status `without_route`."""
    try:
        socket.socket(type=socket.SOCK_DGRAM).sendto(data, (address, port))
    except OSError as error:
        sys.stdout.write(f"{error}\n")
        sys.exit(without_route)
