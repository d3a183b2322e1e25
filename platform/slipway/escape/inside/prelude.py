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
