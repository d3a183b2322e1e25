"""What every engine promises: one set of tests for the fake and for the real one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from slipway.engine.port import (
    MEBIBYTE,
    Amount,
    DiskMissingError,
    Engine,
    EngineError,
    Limits,
    MachineMissingError,
    MachineSpec,
    NoRoomError,
    RunTimeoutError,
)

NAMES = ("contract-a", "contract-b", "contract-copy", "contract-empty")


@dataclass(frozen=True)
class Subject:
    """An engine under test, an image it has, and a way to end a machine as a kill -9 does."""

    engine: Engine
    image: str
    kill: Callable[[str], None]

    def spec(self, name: str = "contract-a", **changes: str) -> MachineSpec:
        """Return a spec of a machine on a disk of the same name."""
        return replace(MachineSpec(name, name, self.image, labels={"sandbox": "7"}), **changes)  # type: ignore[arg-type]

    def clear(self) -> None:
        """Remove what the tests made."""
        for name in NAMES:
            self.engine.stop_machine(name)
            self.engine.delete_disk(name)

    def disk_names(self) -> list[str]:
        """Return the names of the tests' disks."""
        return [disk.name for disk in self.engine.disks() if disk.name in NAMES]

    def changed_at(self, name: str) -> int:
        """Return when a disk changed last."""
        return next(disk.changed_at_ns for disk in self.engine.disks() if disk.name == name)

    def has(self, machine: str, path: str) -> bool:
        """Tell whether a machine has a file."""
        return self.engine.run(machine, ["cat", path]).exit_status == 0


class EngineContract:
    """Tests; a subclass gives the fixture `bare_subject`."""

    @pytest.fixture
    def subject(self, bare_subject: Subject) -> Iterator[Subject]:
        """Give a subject without machines or disks of the tests."""
        bare_subject.clear()
        yield bare_subject
        bare_subject.clear()

    def test_ping_tells_a_version(self, subject: Subject) -> None:
        """An engine that answers says which one it is."""
        assert subject.engine.ping()

    def test_started_machine_is_listed(self, subject: Subject) -> None:
        """A machine is listed with its image and the labels it was started with, and nothing else."""
        subject.engine.start_machine(subject.spec())
        machine = next(machine for machine in subject.engine.machines() if machine.name == "contract-a")
        assert (machine.running, machine.image, machine.labels) == (True, subject.image, {"sandbox": "7"})
        assert subject.disk_names() == ["contract-a"]

    def test_capacity_is_measured(self, subject: Subject) -> None:
        """What the host has left is told, and what each running machine takes of it, until it is stopped."""
        subject.engine.start_machine(subject.spec())
        measured = subject.engine.capacity()
        used = measured.used["contract-a"]
        assert measured.cpus >= 1
        assert measured.free.covers(Amount(1, 1, 1))
        assert 8 * MEBIBYTE < used.memory_bytes < MachineSpec("x", "x", "x").limits.memory_bytes
        assert 0 < used.disk_bytes < measured.disk_limit_bytes
        assert used.pids > 1
        subject.engine.stop_machine("contract-a")
        assert "contract-a" not in subject.engine.capacity().used

    def test_start_of_a_running_machine_leaves_it(self, subject: Subject) -> None:
        """A second start changes nothing."""
        subject.engine.start_machine(subject.spec())
        subject.engine.run("contract-a", ["touch", "/root/kept"])
        subject.engine.start_machine(subject.spec())
        assert subject.has("contract-a", "/root/kept")

    def test_stopped_machine_keeps_its_disk(self, subject: Subject) -> None:
        """A machine that is stopped and started again finds its files."""
        subject.engine.start_machine(subject.spec())
        subject.engine.run("contract-a", ["touch", "/root/kept"])
        subject.engine.stop_machine("contract-a")
        assert "contract-a" not in [machine.name for machine in subject.engine.machines()]
        assert subject.disk_names() == ["contract-a"]
        subject.engine.start_machine(subject.spec())
        assert subject.has("contract-a", "/root/kept")

    def test_dead_machine_starts_again(self, subject: Subject) -> None:
        """A machine that died is listed as dead until it is started again, with its files."""
        subject.engine.start_machine(subject.spec())
        subject.engine.run("contract-a", ["touch", "/root/kept"])
        subject.kill("contract-a")
        assert [(machine.name, machine.running) for machine in subject.engine.machines() if machine.name in NAMES] == [
            ("contract-a", False)
        ]
        with pytest.raises(MachineMissingError):
            subject.engine.run("contract-a", ["true"])
        subject.engine.start_machine(subject.spec())
        assert subject.has("contract-a", "/root/kept")

    def test_stop_and_delete_are_idempotent(self, subject: Subject) -> None:
        """What is gone already counts as done."""
        subject.engine.stop_machine("contract-a")
        subject.engine.delete_disk("contract-a")
        assert subject.disk_names() == []

    def test_disk_of_a_running_machine_is_not_deleted(self, subject: Subject) -> None:
        """Deleting a disk under a machine is refused, and the machine goes on."""
        subject.engine.start_machine(subject.spec())
        with pytest.raises(EngineError, match="stop that first"):
            subject.engine.delete_disk("contract-a")
        assert subject.engine.run("contract-a", ["true"]).exit_status == 0

    def test_copy_of_a_running_machines_disk_is_a_machine_of_its_own(self, subject: Subject) -> None:
        """A copy holds what the machine had then; what either does later stays its own."""
        subject.engine.start_machine(subject.spec())
        subject.engine.run("contract-a", ["touch", "/root/before"])
        subject.engine.copy_disk("contract-a", "contract-copy")
        subject.engine.run("contract-a", ["touch", "/root/after"])
        subject.engine.start_machine(subject.spec("contract-b", start_from="contract-copy"))
        assert subject.has("contract-b", "/root/before")
        assert not subject.has("contract-b", "/root/after")
        subject.engine.run("contract-b", ["rm", "/root/before"])
        assert subject.has("contract-a", "/root/before")

    def test_copy_replaces_an_older_copy(self, subject: Subject) -> None:
        """Copying again gives the present state."""
        subject.engine.start_machine(subject.spec())
        subject.engine.stop_machine("contract-a")
        subject.engine.copy_disk("contract-a", "contract-copy")
        subject.engine.start_machine(subject.spec())
        subject.engine.run("contract-a", ["touch", "/root/newer"])
        subject.engine.stop_machine("contract-a")
        subject.engine.copy_disk("contract-a", "contract-copy")
        subject.engine.start_machine(subject.spec("contract-b", start_from="contract-copy"))
        assert subject.has("contract-b", "/root/newer")

    def test_a_packed_disk_comes_back_as_it_was(self, subject: Subject) -> None:
        """Packed, a disk is listed as such; unpacked, a machine on it finds its files. Both twice change nothing."""
        subject.engine.start_machine(subject.spec())
        subject.engine.run("contract-a", ["touch", "/root/kept"])
        subject.engine.stop_machine("contract-a")
        for _ in range(2):
            subject.engine.pack_disk("contract-a")
            assert [disk.is_packed for disk in subject.engine.disks() if disk.name in NAMES] == [True]
        for _ in range(2):
            subject.engine.unpack_disk("contract-a")
            assert [disk.is_packed for disk in subject.engine.disks() if disk.name in NAMES] == [False]
        subject.engine.start_machine(subject.spec(start_from="contract-a"))
        assert subject.has("contract-a", "/root/kept")
        subject.engine.unpack_disk("contract-a")
        assert subject.has("contract-a", "/root/kept")

    def test_room_is_left_on_the_host(self, subject: Subject) -> None:
        """What would leave less than the caller wants is not begun: what is packed stays so, and what is not."""
        subject.engine.start_machine(subject.spec())
        subject.engine.stop_machine("contract-a")
        free = subject.engine.capacity().free.disk_bytes
        with pytest.raises(NoRoomError, match="short of room"):
            subject.engine.copy_disk("contract-a", "contract-copy", floor_bytes=2 * free)
        with pytest.raises(NoRoomError):
            subject.engine.pack_disk("contract-a", floor_bytes=2 * free)
        assert [(disk.name, disk.is_packed) for disk in subject.engine.disks() if disk.name in NAMES] == [
            ("contract-a", False)
        ]
        whole = next(disk.whole_bytes for disk in subject.engine.disks() if disk.name == "contract-a")
        subject.engine.pack_disk("contract-a", floor_bytes=1)
        with pytest.raises(NoRoomError):
            subject.engine.unpack_disk("contract-a", floor_bytes=2 * free)
        packed = next(disk for disk in subject.engine.disks() if disk.name == "contract-a")
        assert (packed.is_packed, packed.whole_bytes) == (True, whole)
        subject.engine.unpack_disk("contract-a", floor_bytes=1)
        assert subject.disk_names() == ["contract-a"]

    def test_a_packed_disk_is_no_disk_to_start_from(self, subject: Subject) -> None:
        """Who forgets to unpack learns that, and is given no empty machine; who deletes deletes the archive."""
        subject.engine.start_machine(subject.spec())
        subject.engine.stop_machine("contract-a")
        subject.engine.pack_disk("contract-a")
        with pytest.raises(DiskMissingError, match="contract-a"):
            subject.engine.start_machine(subject.spec(start_from="contract-a"))
        subject.engine.delete_disk("contract-a")
        assert subject.disk_names() == []

    def test_the_disk_of_a_running_machine_is_not_packed(self, subject: Subject) -> None:
        """Packing under a machine is refused, and the machine goes on; nothing is there to pack is said."""
        subject.engine.start_machine(subject.spec())
        with pytest.raises(EngineError, match="stop that first"):
            subject.engine.pack_disk("contract-a")
        assert subject.engine.run("contract-a", ["true"]).exit_status == 0
        for act in (subject.engine.pack_disk, subject.engine.unpack_disk):
            with pytest.raises(DiskMissingError, match="contract-empty"):
                act("contract-empty")

    def test_an_unchanged_disk_is_told_by_its_copy(self, subject: Subject) -> None:
        """A copy changed when its source did; once the source goes on, the two differ."""
        subject.engine.start_machine(subject.spec())
        subject.engine.run("contract-a", ["touch", "/root/first"])
        subject.engine.stop_machine("contract-a")
        subject.engine.copy_disk("contract-a", "contract-copy")
        assert subject.changed_at("contract-a") == subject.changed_at("contract-copy")
        subject.engine.start_machine(subject.spec())
        subject.engine.run("contract-a", ["touch", "/root/second"])
        subject.engine.stop_machine("contract-a")
        assert subject.changed_at("contract-a") != subject.changed_at("contract-copy")

    def test_missing_disks_are_named(self, subject: Subject) -> None:
        """A disk that is not there is said by name, in a copy as in a start."""
        with pytest.raises(DiskMissingError, match="contract-empty"):
            subject.engine.copy_disk("contract-empty", "contract-copy")
        with pytest.raises(DiskMissingError, match="contract-empty"):
            subject.engine.start_machine(subject.spec(start_from="contract-empty"))
        assert subject.disk_names() == []
        assert [machine.name for machine in subject.engine.machines() if machine.name in NAMES] == []

    def test_a_lost_disk_is_not_replaced_by_an_empty_one(self, subject: Subject) -> None:
        """Who resumes a machine from its own disk learns that it is gone."""
        with pytest.raises(DiskMissingError, match="contract-a"):
            subject.engine.start_machine(subject.spec(start_from="contract-a"))
        assert subject.disk_names() == []

    def test_run_gives_status_and_output(self, subject: Subject) -> None:
        """A command's exit status, output and complaints come back apart."""
        subject.engine.start_machine(subject.spec(hostname="keel"))
        assert subject.engine.run("contract-a", ["hostname"]).stdout == b"keel\n"
        result = subject.engine.run("contract-a", ["cat", "/root/none"])
        assert (result.exit_status, result.stdout, result.truncated) == (1, b"", False)
        assert b"/root/none" in result.stderr

    def test_output_is_bounded(self, subject: Subject) -> None:
        """Output beyond the bound is dropped and the result says so; the command still ends by itself."""
        subject.engine.start_machine(subject.spec())
        result = subject.engine.run("contract-a", ["seq", "100000"], max_bytes=1000)
        assert (result.exit_status, len(result.stdout), result.truncated) == (0, 1000, True)
        whole = subject.engine.run("contract-a", ["seq", "100000"])
        assert whole.stdout.endswith(b"\n100000\n")
        assert not whole.truncated

    def test_a_command_has_a_time_limit(self, subject: Subject) -> None:
        """A command that does not end raises, and the machine goes on."""
        subject.engine.start_machine(subject.spec())
        with pytest.raises(RunTimeoutError, match="sleep"):
            subject.engine.run("contract-a", ["sleep", "43"], timeout_seconds=0.5)
        assert subject.engine.run("contract-a", ["true"]).exit_status == 0

    def test_a_missing_machine_is_said_so(self, subject: Subject) -> None:
        """A command for a machine that is not there raises."""
        with pytest.raises(MachineMissingError):
            subject.engine.run("contract-b", ["true"])

    def test_a_running_machine_takes_other_limits(self, subject: Subject) -> None:
        """Twice counts as done; a machine that is not there is said so, and what it needs it keeps."""
        subject.engine.start_machine(subject.spec())
        for _ in range(2):
            subject.engine.limit_machine("contract-a", Limits(memory_bytes=512 * MEBIBYTE, cpus=0.5, pids=400))
        with pytest.raises(EngineError):
            subject.engine.limit_machine("contract-a", Limits(memory_bytes=7 * MEBIBYTE))
        with pytest.raises(MachineMissingError):
            subject.engine.limit_machine("contract-b", Limits())
        assert subject.engine.run("contract-a", ["true"]).exit_status == 0
