"""Names of machines and disks on an engine. Pure: no IO.

A machine is `m-` and 12 hexadecimal digits; its disk adds a dot and the generation, which counts resets, and a copy
that is kept of it a dot, an `s` and 8 hexadecimal digits. Names of another shape belong to somebody else (a proof, a
bench) and are never touched.
"""

import re
import secrets

_MACHINE = re.compile(r"m-[0-9a-f]{12}")
_DISK = re.compile(r"(m-[0-9a-f]{12})\.(\d{1,9})")
_SNAPSHOT = re.compile(r"(m-[0-9a-f]{12})\.s[0-9a-f]{8}")


def new_machine() -> str:
    """Return a name that no machine has yet."""
    return f"m-{secrets.token_hex(6)}"


def disk_of(machine: str, generation: int) -> str:
    """Return the name of a machine's disk."""
    return f"{machine}.{generation}"


def is_machine(name: str) -> bool:
    """Tell whether a container of this name is a sandbox of ours."""
    return _MACHINE.fullmatch(name) is not None


def parse_disk(name: str) -> tuple[str, int] | None:
    """Return the machine and the generation of a disk, or nothing when the disk is not ours."""
    match = _DISK.fullmatch(name)
    return (match[1], int(match[2])) if match else None


def new_snapshot(machine: str) -> str:
    """Return a name for a copy of this machine's disk that no other copy has."""
    return f"{machine}.s{secrets.token_hex(4)}"


def machine_of(name: str) -> str | None:
    """Return the machine whose disk, or a copy of it, has this name; nothing when it is not ours."""
    match = _DISK.fullmatch(name) or _SNAPSHOT.fullmatch(name)
    return match[1] if match else None
