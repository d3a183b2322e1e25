"""The program that measures the host, on control groups and files of its own."""

from pathlib import Path

import pytest

from slipway.engine.inside import capacity

MEBIBYTE = 1024 * 1024
MACHINES = {"c1": "m-000000000000.0", "c2": "m-000000000001.0"}


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a host with 1000 MiB of memory to spare, 400 threads of 32768, and two disks."""
    monkeypatch.setattr(capacity, "GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(capacity, "PROC", tmp_path / "proc")
    monkeypatch.setattr(capacity, "DISKS", tmp_path / "disks")
    _write(tmp_path / "proc/meminfo", "MemTotal: 2048000 kB\nMemFree: 1 kB\nMemAvailable: 1024000 kB\n")
    _write(tmp_path / "proc/loadavg", "0.10 0.20 0.30 2/400 4711\n")
    _write(tmp_path / "proc/sys/kernel/pid_max", "32768\n")
    _write(tmp_path / "proc/sys/kernel/threads-max", "60000\n")
    _write(tmp_path / "disks/m-000000000000.0.img", "x" * 5000)
    return tmp_path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _v1(host: Path, *, limit_mebibytes: int | None = None) -> None:
    _write(host / "proc/self/cgroup", "3:memory:/slipway-1/helper\n2:pids:/slipway-1/helper\n0::/x\n")
    memory, pids = host / "cgroup/memory", host / "cgroup/pids"
    for group, used, droppable in (
        (memory, 900, 0),
        (memory / "slipway-1", 300, 100),
        (memory / "slipway-1/c1", 150, 50),
    ):
        limit = limit_mebibytes if limit_mebibytes and group.name == "slipway-1" else 2**43
        _write(group / "memory.limit_in_bytes", f"{limit * MEBIBYTE}\n")
        _write(group / "memory.usage_in_bytes", f"{used * MEBIBYTE}\n")
        _write(group / "memory.stat", f"inactive_file 1\ntotal_inactive_file {droppable * MEBIBYTE}\n")
    _write(pids / "slipway-1/pids.max", "max\n")
    _write(pids / "slipway-1/pids.current", "77\n")
    _write(pids / "slipway-1/c1/pids.current", "41\n")


def _v2(host: Path) -> None:
    _write(host / "proc/self/cgroup", "0::/slipway-1/helper\n")
    _write(host / "cgroup/cgroup.controllers", "memory pids\n")
    for group, limit, used in ((".", "700", 200), ("slipway-1", "max", 150), ("slipway-1/c1", "768", 60)):
        folder = host / "cgroup" / group
        _write(folder / "memory.max", "max\n" if limit == "max" else f"{int(limit) * MEBIBYTE}\n")
        _write(folder / "memory.current", f"{used * MEBIBYTE}\n")
        _write(folder / "memory.stat", f"anon 5\ninactive_file {10 * MEBIBYTE}\n")
        _write(folder / "pids.max", "1000\n")
        _write(folder / "pids.current", "120\n")


def test_version_1_is_read(host: Path) -> None:
    """Without a limit around the machines the host's own figures count; what can be dropped is not in use."""
    _v1(host)
    free = capacity.free()
    assert (free["memory_bytes"], free["pids"]) == (1000 * MEBIBYTE, 32768 - 400)
    assert free["disk_bytes"] > 0
    assert capacity.used(MACHINES)["c1"] == {"memory_bytes": 100 * MEBIBYTE, "disk_bytes": 8192, "pids": 41}


def test_a_limit_around_all_machines_counts(host: Path) -> None:
    """The operator gave them 500 MiB, of which they use 200."""
    _v1(host, limit_mebibytes=500)
    assert capacity.free()["memory_bytes"] == 300 * MEBIBYTE


def test_version_2_is_read_up_to_the_engines_own_group(host: Path) -> None:
    """Where the engine's container has 700 MiB and 1000 processes, no more can be used than are left of them."""
    _v2(host)
    free = capacity.free()
    assert (free["memory_bytes"], free["pids"]) == (510 * MEBIBYTE, 880)
    assert capacity.used(MACHINES)["c1"]["memory_bytes"] == 50 * MEBIBYTE


def test_a_machine_that_ended_meanwhile_uses_nothing(host: Path) -> None:
    """Its groups and its disk may be gone between two looks."""
    _v1(host)
    assert capacity.used(MACHINES)["c2"] == {"memory_bytes": 0, "disk_bytes": 0, "pids": 0}
