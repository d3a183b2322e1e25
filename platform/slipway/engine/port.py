"""The port to an engine: what the rest of Slipway may ask of Docker. Pure: types and a protocol, no IO."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

MEBIBYTE = 1024 * 1024


class EngineError(Exception):
    """An engine could not do what was asked; the text says what the person should do next."""


class EngineUnreachableError(EngineError):
    """The engine does not answer on its socket; what it runs is unknown, not gone."""


class MachineMissingError(EngineError):
    """No running machine has this name."""


class MachineNotReadyError(EngineError):
    """The machine runs, but the Docker inside it does not answer.

    Its learner may have broken it, and can mend or reset it.
    """


class DiskMissingError(EngineError):
    """No disk has this name."""


class EngineBusyError(EngineError):
    """It did not work out just now, because of what went on beside it: asking again helps."""


class NoRoomError(EngineError):
    """It would leave less room on the host than the caller wants to keep free; nothing was begun."""

    def __init__(self) -> None:
        super().__init__("The host is short of room for disks. Whoever runs this Slipway can make some.")


class RuntimeMissingError(EngineError):
    """The engine has no OCI runtime of the name that a machine asks for."""

    def __init__(self, runtime: str) -> None:
        super().__init__(
            f"The engine has no runtime {runtime!r}, which this machine's policy asks for. Whoever runs this Slipway"
            f" puts the program {runtime} into SLIPWAY_HOME/runtimes and types ./slipway up, or mends policy.toml."
        )


class RunTimeoutError(EngineError):
    """A command in a machine did not end in time; it was killed with all that it started."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one machine may use. Swap is never added: memory is memory + swap.

    `cpus` is a quota, `cpu_shares` the weight against others where processors are short. Of the disk, 0 is as the
    engine's template has it; without `log_bytes` no log is kept.
    """

    memory_bytes: int = 768 * MEBIBYTE
    cpus: float = 1.0
    cpu_shares: int = 1024
    pids: int = 512
    open_files_soft: int = 4096
    open_files_hard: int = 8192
    disk_bytes: int = 0
    disk_inodes: int = 0
    log_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Confinement:
    """Walls that not every machine has. `runtime` is another OCI runtime in runc's place."""

    no_new_privileges: bool = False
    apparmor: bool = False
    runtime: str = ""


@dataclass(frozen=True, slots=True)
class MachineSpec:
    """A machine to start: on its disk if there is one, else on a copy of another disk.

    `disk` and `start_from` are names of disks (``[a-z0-9][a-z0-9_.-]{0,99}``); `image` is a content-hashed tag.
    """

    name: str
    disk: str
    image: str
    start_from: str = "template"
    hostname: str = "box"
    limits: Limits = field(default_factory=Limits)
    confinement: Confinement = field(default_factory=Confinement)
    environment: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as the engine sees it now."""

    name: str
    running: bool
    image: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk file: the machine itself, running or not. `used_bytes` is what it takes on the host.

    `changed_at_ns` counts nanoseconds since the epoch. A copy has its source's, so that an unchanged disk can be told.
    A packed one is compressed: it takes less room, and has to be unpacked before a machine starts on it. Then it takes
    `unpacked_bytes`.
    """

    name: str
    used_bytes: int
    changed_at_ns: int = 0
    is_packed: bool = False
    unpacked_bytes: int = 0

    @property
    def whole_bytes(self) -> int:
        """Return what it takes on the host, unpacked."""
        return self.unpacked_bytes if self.is_packed else self.used_bytes


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of what machines share: memory, room for disks, processes (threads count, too)."""

    memory_bytes: int = 0
    disk_bytes: int = 0
    pids: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        """Return both together."""
        memory, disk = self.memory_bytes + other.memory_bytes, self.disk_bytes + other.disk_bytes
        return Amount(memory, disk, self.pids + other.pids)

    def __sub__(self, other: "Amount") -> "Amount":
        """Return what is left; below zero where there is too little."""
        memory, disk = self.memory_bytes - other.memory_bytes, self.disk_bytes - other.disk_bytes
        return Amount(memory, disk, self.pids - other.pids)

    def __mul__(self, number: int) -> "Amount":
        """Return so many times as much."""
        return Amount(self.memory_bytes * number, self.disk_bytes * number, self.pids * number)

    def covers(self, other: "Amount") -> bool:
        """Tell whether there is enough of everything."""
        left = self - other
        return min(left.memory_bytes, left.disk_bytes, left.pids) >= 0


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the host of an engine has at this moment, as far as the control groups around all machines let it be used.

    `free` can still be taken; `used` is what each running machine takes, by name; a disk ends at `disk_limit_bytes`.
    """

    cpus: int
    free: Amount
    used: dict[str, Amount]
    disk_limit_bytes: int


@dataclass(frozen=True, slots=True)
class ExecResult:
    """What a command in a machine ended with. Output beyond the caller's bound is dropped, and `truncated` says so."""

    exit_status: int
    stdout: bytes
    stderr: bytes
    truncated: bool = False


class Engine(Protocol):
    """One Docker Engine that runs sandboxes. Every call is idempotent: already so counts as success.

    All calls block and raise `EngineUnreachableError` when the engine does not answer, `EngineError` otherwise.
    """

    def ping(self) -> str:
        """Return the engine's version."""
        ...

    def start_machine(self, spec: MachineSpec) -> None:
        """Start the machine of this name (made, or resumed from its disk) and return when its inner Docker answers.

        A running machine of that name is left as it is. Raise `DiskMissingError` if there is neither the disk nor what
        to start from, `MachineNotReadyError` if the machine runs and its inner Docker does not answer.
        """
        ...

    def limit_machine(self, name: str, limits: Limits) -> None:
        """Give a running machine other limits of memory, processors and processes; the rest stays as it started.

        Raise `MachineMissingError` when no such machine runs, `EngineError` when it uses more memory than that already.
        """
        ...

    def stop_machine(self, name: str) -> None:
        """Remove the machine's container and keep its disk: it is suspended. Absent counts as done."""
        ...

    def machines(self) -> list[Machine]:
        """List all machines of this engine, running or dead, sorted by name."""
        ...

    def capacity(self) -> Capacity:
        """Measure what its host has left and what each running machine uses."""
        ...

    def disks(self) -> list[Disk]:
        """List all disks but the template, sorted by name."""
        ...

    def copy_disk(self, source: str, target: str, *, floor_bytes: int = 0) -> None:
        """Copy a disk whole, also of a running machine (paused meanwhile), over a copy of that name that may exist.

        So much stays free on the host: else `NoRoomError`, as in what follows. Measured is when it begins, so that many
        at once may take more; what runs beside a copy is at most one unpacking for each worker.
        Raise `DiskMissingError` if there is no source, `EngineError` if the target is a running machine's,
        `EngineBusyError` if another one is being copied, or the machine did not stay paused.
        """
        ...

    def pack_disk(self, name: str, *, floor_bytes: int = 0) -> None:
        """Compress a disk, which gives its room back. Packed already counts as done.

        Raise `DiskMissingError` if there is none, `EngineError` if it is a running machine's: nothing is lost then.
        """
        ...

    def unpack_disk(self, name: str, *, floor_bytes: int = 0) -> None:
        """Bring a packed disk back, bit for bit. Unpacked already counts as done.

        Raise `DiskMissingError` if there is none. Without room it stays packed.
        """
        ...

    def send_disk(self, name: str, target: "Engine", *, floor_bytes: int = 0) -> None:
        """Copy a disk to another engine, where it arrives packed, whole or not at all, over one of that name.

        `floor_bytes` are kept free there: else `NoRoomError`. Raise `DiskMissingError` if there is none, `EngineError`
        if it is a running machine's, on either side.
        """
        ...

    def send_image(self, tag: str, target: "Engine") -> None:
        """Copy an image to another engine. There already, layer by layer the same, counts as done.

        Raise `EngineError` when the other one has a different image of this tag: its disks stand on that.
        """
        ...

    def delete_disk(self, name: str) -> None:
        """Delete a disk, packed or not. Absent counts as done; the disk of a running machine raises `EngineError`.

        `EngineBusyError` while it is packed or unpacked.
        """
        ...

    def run(
        self, machine: str, argv: Sequence[str], *, timeout_seconds: float = 20.0, max_bytes: int = 1024 * 1024
    ) -> ExecResult:
        """Run a command as the machine's root, without a terminal, and wait for its end.

        Raise `MachineMissingError` when no such machine runs, `RunTimeoutError` when `timeout_seconds` passed.
        """
        ...
