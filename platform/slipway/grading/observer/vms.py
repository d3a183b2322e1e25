"""Observe a virtual machine that the wrapper `vm` started. Standard library alone: it runs in the sandbox.

It must be a process of QEMU's program that was told this machine's own PID file, and that answers behind its socket: a
file, a server made by hand or another machine's process is no machine. Root can still put another program in QEMU's
place.
"""

import _socket
import binascii
import os
import re
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

from slipway.grading.observer import limits

FOLDER = "/run/vm"
LOGS = "/var/log/vm"
QEMU = "/usr/bin/qemu-system-x86_64"
# Between the time that a command has in the virtual machine and the moment when nobody waits for it any more.
_WAY_SECONDS = 0.7
_SILENT = "the virtual machine {} does not answer: has it booted?"
_SCREEN = re.compile(rb"\x1b(?:\[[0-9;?]*[A-Za-z]|c)|\r")
_OPTIONS = ("-m", "-smp", "-drive")
_MAX_LOG = 1024 * 1024
_silent: set[str] = set()


def observe(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether the machine runs, on what, its console if wanted, and how a command in it ended."""
    name = spec["name"]
    pid = _pid_of(name)
    if spec["run"]:
        if not pid:
            raise limits.CannotObserveError(f"no virtual machine {name} runs")
        return {"running": True, "pid": pid, **run(name, pid, spec["run"], float(spec["timeout_seconds"]))}
    fact: dict[str, Any] = {"running": bool(pid)}
    if pid:
        fact |= {"pid": pid, **_hardware(pid)}
    if "console" in spec["wants"]:
        fact["console"] = _console(name)
    return fact


def _pid_of(name: str) -> int:
    """Return the process of a machine, or 0."""
    try:
        with open(f"{FOLDER}/{name}.pid", "rb") as file:
            pid = int(file.read(16) or b"0")
        if os.readlink(f"/proc/{pid}/exe") != QEMU:
            return 0
        return pid if _option(_words(pid), "-pidfile") == f"{FOLDER}/{name}.pid" else 0
    except (OSError, ValueError):
        return 0


def _words(pid: int) -> list[str]:
    """Return a process's command line."""
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return limits.text(file.read().rstrip(b"\0").replace(b"\0", b"\n")).split("\n")


def _option(words: Sequence[str], name: str) -> str:
    """Return the word after an option, or nothing."""
    return words[words.index(name) + 1] if name in words[:-1] else ""


def _hardware(pid: int) -> dict[str, Any]:
    """Return what QEMU was told on its command line."""
    words = _words(pid)
    memory, cpus, drive = (_option(words, name) for name in _OPTIONS)
    return {"memory": memory, "cpus": cpus, "disk": drive.partition(",")[0].removeprefix("file=")}


def _console(name: str) -> str:
    """Return what a machine said since its start, without orders to a screen; the middle of a long log is left out."""
    try:
        with open(f"{LOGS}/{name}.log", "rb") as file:
            said = _SCREEN.sub(b"", file.read(_MAX_LOG))
    except OSError:
        return ""
    half = limits.MAX_TEXT_BYTES // 2
    return limits.text(said if len(said) <= 2 * half else said[:half] + said[-half:])


def run(name: str, pid: int, line: str, seconds: float) -> dict[str, Any]:
    """Run a shell line in a machine through its probe. Raise `CannotObserveError` when it does not answer in time."""
    if name in _silent:
        raise limits.CannotObserveError(_SILENT.format(name))
    word = binascii.hexlify(os.urandom(8))
    packed = binascii.b2a_base64(line.encode(), newline=False)
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    said = bytearray()
    try:
        connection.settimeout(seconds)
        connection.connect(f"{FOLDER}/{name}.probe")
        credentials = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
        if struct.unpack("3i", credentials)[0] != pid:
            raise limits.CannotObserveError(f"who answers for the virtual machine {name} is not QEMU")
        # An empty line first ends whatever half a line somebody left there.
        connection.sendall(b"\n%s %d %s\n" % (word, max(int(seconds), 1), packed))
        output, status = _answer(connection, word, time.monotonic() + seconds + _WAY_SECONDS, said)
    except OSError:
        if b"%s begin\n" % word in said:
            raise limits.CannotObserveError(f"it took longer than {seconds:g} s") from None
        # While it boots nobody is there: what else is asked of it now need not wait as long again.
        _silent.add(name)
        raise limits.CannotObserveError(_SILENT.format(name)) from None
    finally:
        connection.close()
    return {"exit_status": status, "stdout": limits.text(output)}


def _answer(connection: _socket.socket, word: bytes, end: float, said: bytearray) -> tuple[bytes, int]:
    """Return output and exit status of the command that bears this word; collect in `said` what came so far."""
    pattern = re.compile(rb"(?:^|\n)%s begin\n(.*)\n%s end (\d+)\n" % (word, word), re.DOTALL)
    while not (found := pattern.search(said)):
        left = end - time.monotonic()
        if left <= 0 or len(said) > limits.MAX_FACT_BYTES:
            raise TimeoutError
        connection.settimeout(left)
        data = connection.recv(65536)
        if not data:
            raise ConnectionResetError
        said += data
    return bytes(found[1]), int(found[2])
