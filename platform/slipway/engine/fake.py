"""An engine in memory, for tests without Docker: it passes the same contract tests as the real one. Pure.

No IO, no waiting.
"""

import dataclasses
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from slipway.engine.port import (
    MEBIBYTE,
    Amount,
    Capacity,
    Disk,
    DiskMissingError,
    Engine,
    EngineError,
    EngineUnreachableError,
    ExecResult,
    Limits,
    Machine,
    MachineMissingError,
    MachineSpec,
    NoRoomError,
    RuntimeMissingError,
    RunTimeoutError,
)

TEMPLATE = "template"
EMPTY_DISK_BYTES = 4096
DISK_LIMIT_BYTES = 2048 * MEBIBYTE
# Of a machine that nobody works in.
IDLE_BYTES, IDLE_PIDS = 48 * MEBIBYTE, 40
AMPLE = Amount(256 * 1024 * MEBIBYTE, 4096 * 1024 * MEBIBYTE, 1_000_000)


@dataclass
class FakeMachine:
    """A machine that runs, or that died and still has its name."""

    spec: MachineSpec
    files: dict[str, bytes]
    running: bool = True


Program = Callable[[FakeMachine, Sequence[str]], ExecResult]


def ok(stdout: bytes = b"") -> ExecResult:
    """Return the result of a command that went well."""
    return ExecResult(0, stdout, b"")


def cat(machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
    """Print files."""
    missing = [path for path in argv[1:] if path not in machine.files]
    complaint = "".join(f"cat: {path}: No such file or directory\n" for path in missing)
    return ExecResult(bool(missing), b"".join(machine.files.get(path, b"") for path in argv[1:]), complaint.encode())


def touch(machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
    """Make files."""
    for path in argv[1:]:
        machine.files.setdefault(path, b"")
    return ok()


def remove(machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
    """Delete files."""
    for path in argv[1:]:
        machine.files.pop(path, None)
    return ok()


def sequence(_: FakeMachine, argv: Sequence[str]) -> ExecResult:
    """Count."""
    return ok("".join(f"{number}\n" for number in range(1, int(argv[1]) + 1)).encode())


def standard_programs() -> dict[str, Program]:
    """Return the programs that every fake machine has."""
    return {
        "true": lambda _machine, _argv: ok(),
        "false": lambda _machine, _argv: ExecResult(1, b"", b""),
        "hostname": lambda machine, _: ok(f"{machine.spec.hostname}\n".encode()),
        "sleep": lambda _machine, _argv: ok(),
        "cat": cat,
        "touch": touch,
        "rm": remove,
        "seq": sequence,
    }


def _size(files: dict[str, bytes]) -> int:
    """Return what a disk takes."""
    return EMPTY_DISK_BYTES + sum(map(len, files.values()))


def _changed_at(files: dict[str, bytes]) -> int:
    """Stand in for a time: another one when the files are others."""
    return zlib.crc32(repr(sorted(files.items())).encode())


@dataclass
class FakeEngine:
    """One engine. Tests may add `programs`, take `images` away, pull the plug (`is_reachable`) or let a machine die.

    `total` and `cpus` are its host's; `busy` is what machines use beyond an idle one, by name.
    """

    images: set[str] | None = None
    is_reachable: bool = True
    total: Amount = AMPLE
    cpus: int = 32
    busy: dict[str, Amount] = field(default_factory=dict)
    programs: dict[str, Program] = field(default_factory=standard_programs)
    _machines: dict[str, FakeMachine] = field(default_factory=dict)
    _disks: dict[str, dict[str, bytes]] = field(default_factory=lambda: {TEMPLATE: {}})
    _packed: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def _require_reachable(self) -> None:
        """Raise if the plug is pulled."""
        if not self.is_reachable:
            raise EngineUnreachableError("The engine does not answer (this one is a test's).")

    def _running(self, name: str) -> FakeMachine | None:
        """Return a machine that runs."""
        machine = self._machines.get(name)
        return machine if machine and machine.running else None

    def _require_free(self, disk: str) -> None:
        """Raise if a machine runs on a disk."""
        if any(machine.running and machine.spec.disk == disk for machine in self._machines.values()):
            raise EngineError(f"The disk {disk!r} is a running machine's: stop that first.")

    def _require_room(self, files: dict[str, bytes], floor_bytes: int) -> None:
        """Raise if a disk of these files would leave less than the floor."""
        if self.capacity().free.disk_bytes - _size(files) < floor_bytes:
            raise NoRoomError

    def die(self, name: str) -> None:
        """End a machine as a kill -9 does: its container stays, dead."""
        self._machines[name].running = False

    def ping(self) -> str:
        """Return the engine's version."""
        self._require_reachable()
        return "fake"

    def start_machine(self, spec: MachineSpec) -> None:
        """Start the machine of this name."""
        self._require_reachable()
        if self._running(spec.name):
            return
        if self.images is not None and spec.image not in self.images:
            raise EngineError(f"The engine has no image {spec.image}. Run ./slipway up, which loads it.")
        if spec.confinement.runtime:
            raise RuntimeMissingError(spec.confinement.runtime)
        if spec.disk not in self._disks and spec.start_from not in self._disks:
            raise DiskMissingError(f"There is no disk {spec.start_from!r} to start {spec.name} from.")
        self._require_free(spec.disk)
        files = self._disks.setdefault(spec.disk, dict(self._disks.get(spec.start_from, {})))
        self._machines[spec.name] = FakeMachine(spec, files)

    def spec_of(self, name: str) -> MachineSpec:
        """Return what a machine was started with, with the limits that it has now."""
        return self._machines[name].spec

    def limit_machine(self, name: str, limits: Limits) -> None:
        """Give a running machine other limits."""
        self._require_reachable()
        if (found := self._running(name)) is None:
            raise MachineMissingError(f"The machine {name} does not run.")
        if self.busy.get(name, Amount()).memory_bytes + IDLE_BYTES > limits.memory_bytes:
            raise EngineError(f"The machine {name} uses more memory than that.")
        had = found.spec.limits
        now = dataclasses.replace(
            had, memory_bytes=limits.memory_bytes, cpus=limits.cpus, cpu_shares=limits.cpu_shares, pids=limits.pids
        )
        found.spec = dataclasses.replace(found.spec, limits=now)

    def stop_machine(self, name: str) -> None:
        """Remove the machine and keep its disk."""
        self._require_reachable()
        self._machines.pop(name, None)

    def machines(self) -> list[Machine]:
        """List all machines, sorted by name."""
        self._require_reachable()
        return [
            Machine(name, machine.running, machine.spec.image, dict(machine.spec.labels))
            for name, machine in sorted(self._machines.items())
        ]

    def capacity(self) -> Capacity:
        """Return what is left of `total`."""
        self._require_reachable()
        disks = {disk.name: disk.used_bytes for disk in self.disks()}
        used = {
            name: Amount(IDLE_BYTES, disks[machine.spec.disk], IDLE_PIDS) + self.busy.get(name, Amount())
            for name, machine in self._machines.items()
            if machine.running
        }
        taken = Amount(disk_bytes=sum(disks.values()))
        for each in used.values():
            taken += Amount(each.memory_bytes, 0, each.pids)
        return Capacity(self.cpus, self.total - taken, used, DISK_LIMIT_BYTES)

    def disks(self) -> list[Disk]:
        """List all disks but the template."""
        self._require_reachable()
        disks = [
            Disk(name, _size(files), _changed_at(files)) for name, files in self._disks.items() if name != TEMPLATE
        ]
        packed = [
            Disk(name, EMPTY_DISK_BYTES, is_packed=True, unpacked_bytes=_size(files))
            for name, files in self._packed.items()
        ]
        return sorted(disks + packed, key=lambda disk: disk.name)

    def copy_disk(self, source: str, target: str, *, floor_bytes: int = 0) -> None:
        """Copy a disk."""
        self._require_reachable()
        if source not in self._disks:
            raise DiskMissingError(f"There is no disk {source!r}.")
        self._require_free(target)
        self._require_room(self._disks[source], floor_bytes)
        self._disks[target] = dict(self._disks[source])

    def pack_disk(self, name: str, *, floor_bytes: int = 0) -> None:
        """Pack a disk."""
        self._move(name, self._disks, self._packed, floor_bytes)

    def unpack_disk(self, name: str, *, floor_bytes: int = 0) -> None:
        """Unpack a disk."""
        if name not in self._disks:
            self._move(name, self._packed, self._disks, floor_bytes)

    def _move(
        self, name: str, source: dict[str, dict[str, bytes]], target: dict[str, dict[str, bytes]], floor_bytes: int
    ) -> None:
        """Pack or unpack."""
        self._require_reachable()
        self._require_free(name)
        if name in source:
            self._require_room(source[name], floor_bytes)
            target[name] = source.pop(name)
        elif name not in target:
            raise DiskMissingError(f"There is no disk {name!r}.")

    def send_disk(self, name: str, target: Engine, *, floor_bytes: int = 0) -> None:
        """Copy a disk to another engine in memory, where it arrives packed."""
        self._require_reachable()
        self._require_free(name)
        files = self._disks.get(name, self._packed.get(name))
        if files is None:
            raise DiskMissingError(f"There is no disk {name!r}.")
        if not isinstance(target, FakeEngine):
            raise EngineError("A disk can be sent to an engine in memory alone.")
        target._require_reachable()  # noqa: SLF001  (of our own class)
        target._require_free(name)  # noqa: SLF001
        target._require_room(files, floor_bytes)  # noqa: SLF001
        target._disks.pop(name, None)  # noqa: SLF001
        target._packed[name] = dict(files)  # noqa: SLF001

    def send_image(self, tag: str, target: Engine) -> None:
        """Copy an image to another engine in memory."""
        self._require_reachable()
        if isinstance(target, FakeEngine) and target.images is not None:
            target.images.add(tag)

    def delete_disk(self, name: str) -> None:
        """Delete a disk, packed or not."""
        self._require_reachable()
        self._require_free(name)
        self._disks.pop(name, None)
        self._packed.pop(name, None)

    def run(
        self, machine: str, argv: Sequence[str], *, timeout_seconds: float = 20.0, max_bytes: int = 1024 * 1024
    ) -> ExecResult:
        """Run one of `programs`; a `sleep` that is longer than the limit ends at once, as if the time had passed."""
        self._require_reachable()
        found = self._running(machine)
        if found is None:
            raise MachineMissingError(f"The machine {machine} does not run.")
        if argv[0] == "sleep" and float(argv[1]) > timeout_seconds:
            raise RunTimeoutError(f"sleep did not end within {timeout_seconds:g} seconds.")
        program = self.programs.get(argv[0])
        if program is None:
            return ExecResult(127, b"", f"{argv[0]}: not found\n".encode())
        result = program(found, argv)
        room = max(max_bytes - len(result.stdout), 0)
        bounded = dataclasses.replace(result, stdout=result.stdout[:max_bytes], stderr=result.stderr[:room])
        return dataclasses.replace(bounded, truncated=bounded != result)
