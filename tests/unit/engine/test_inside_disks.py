"""The program that copies disks, on files of its own."""

import fcntl
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway.engine.inside import disks


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the program work in a folder of the test's."""
    monkeypatch.setattr(disks, "FOLDER", tmp_path)
    monkeypatch.setattr(disks, "ZSTD", ["zstd"])
    return tmp_path


@pytest.fixture
def sparse(folder: Path) -> Path:
    """Give a disk of 64 MiB with two pieces of data."""
    path = folder / "ship.img"
    with path.open("wb") as file:
        file.truncate(64 << 20)
        file.write(b"head")
        file.seek(32 << 20)
        file.write(b"middle")
    return path


@pytest.fixture
def attached(sparse: Path) -> Iterator[Path]:
    """Give a disk that a machine holds."""
    with sparse.open("rb+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield sparse


def test_copy_is_whole_and_sparse(sparse: Path, folder: Path) -> None:
    """A copy has the same bytes and takes no more room."""
    assert disks.copy("ship", "photo", "free", "0") == {}
    copy = folder / "photo.img"
    assert copy.read_bytes() == sparse.read_bytes()
    assert copy.stat().st_blocks <= sparse.stat().st_blocks + 16


def test_copy_changed_when_its_source_did(sparse: Path, folder: Path) -> None:
    """By that it is told that a disk is as it was when it was copied."""
    os.utime(sparse, ns=(7_000_000_001, 7_000_000_001))
    disks.copy("ship", "photo", "free", "0")
    assert (folder / "photo.img").stat().st_mtime_ns == 7_000_000_001


def test_a_source_that_goes_on_is_not_copied(sparse: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that did not stay paused would give a torn copy."""

    def write_meanwhile(source: int, target: int) -> None:
        os.utime(sparse)

    monkeypatch.setattr(disks, "copy_data", write_meanwhile)
    assert disks.copy("ship", "photo", "free", "0") == {"error": "changed", "disk": "ship"}
    assert os.listdir(folder) == ["ship.img"]  # noqa: PTH208  (hidden files, too)


def test_what_a_killed_copy_left_goes_with_the_next(sparse: Path, folder: Path) -> None:
    """One that is still being written stays."""
    left, held = folder / ".copy.photo.7", folder / ".copy.other.8"
    left.write_bytes(b"half")
    with held.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        disks.copy("ship", "photo", "free", "0")
    assert not left.exists()
    assert held.exists()


def test_missing_source_leaves_nothing(folder: Path) -> None:
    """A copy of nothing says so and makes no file."""
    assert disks.copy("none", "photo", "free", "0") == {"error": "missing", "disk": "none"}
    assert os.listdir(folder) == []  # noqa: PTH208  (hidden files, too)


def test_disk_of_a_machine_is_copied_only_when_its_caller_says_so(attached: Path) -> None:
    """Without a pause a copy could be torn."""
    assert disks.copy("ship", "photo", "free", "0") == {"error": "attached", "disk": "ship"}
    assert disks.copy("ship", "photo", "attached", "0") == {}


def test_disk_of_a_machine_is_neither_deleted_nor_written_over(attached: Path, folder: Path) -> None:
    """The file under a running machine stays."""
    (folder / "other.img").write_bytes(b"other")
    assert disks.delete("ship") == {"error": "attached", "disk": "ship"}
    assert disks.copy("other", "ship", "free", "0") == {"error": "attached", "disk": "ship"}
    assert attached.stat().st_size == 64 << 20


def test_delete_is_idempotent(sparse: Path) -> None:
    """Gone already counts as done."""
    assert disks.delete("ship") == {}
    assert disks.delete("ship") == {}
    assert not sparse.exists()


def test_listing_leaves_the_template_and_half_copies_out(sparse: Path, folder: Path) -> None:
    """Only disks are listed, with what they take on the host and when they changed."""
    (folder / "template.img").write_bytes(b"x")
    (folder / ".copy.photo.12").write_bytes(b"x")
    status = sparse.stat()
    listing = disks.listing()
    assert listing["disks"] == {"ship": (status.st_blocks * 512, status.st_mtime_ns)}
    assert listing["packed"] == {}


def test_a_packed_disk_is_an_ordinary_zstd_file(sparse: Path, folder: Path) -> None:
    """It holds the whole disk, takes less room than that, and comes back with its holes."""
    whole, room = sparse.read_bytes(), sparse.stat().st_blocks
    assert disks.pack("ship", "0") == {}
    assert [path.name for path in folder.iterdir()] == ["ship.img.zst"]
    told = subprocess.run(["zstd", "-dc", folder / "ship.img.zst"], check=True, capture_output=True)
    assert told.stdout == whole
    archive = (folder / "ship.img.zst").stat()
    assert disks.listing()["packed"] == {"ship": (archive.st_blocks * 512, archive.st_mtime_ns, room * 512)}
    assert disks.unpack("ship", "0") == {}
    assert [path.name for path in folder.iterdir()] == ["ship.img"]
    assert sparse.read_bytes() == whole
    # zstd writes 32 KiB at a time, of which each of the two pieces takes one or two.
    assert sparse.stat().st_blocks <= room + 4 * 64


@pytest.mark.parametrize("short_by", [0, 1])
def test_what_a_disk_takes_has_to_fit_above_the_floor(
    sparse: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, short_by: int
) -> None:
    """To the byte, for a copy, an archive and a disk out of its archive; without room nothing is begun."""
    size, floor = sparse.stat().st_blocks * 512, 7_000_000
    monkeypatch.setattr(disks, "free_bytes", lambda: floor + size - short_by)
    told = {"error": "full", "disk": "ship"} if short_by else {}
    assert disks.copy("ship", "photo", "free", str(floor)) == told
    assert (folder / "photo.img").exists() is not bool(short_by)
    assert disks.pack("ship", str(floor)) == told
    assert sparse.exists() is bool(short_by)
    disks.pack("ship", "0")
    assert disks.unpack("ship", str(floor)) == told
    assert sparse.exists() is not bool(short_by)
    assert not list(folder.glob(".*"))


def test_an_archive_that_somebody_else_made_is_unpacked(sparse: Path, folder: Path) -> None:
    """It notes nothing, so it is counted as what it takes itself."""
    whole = sparse.read_bytes()
    subprocess.run(["zstd", "-q", "--rm", sparse], check=True)
    archive = folder / "ship.img.zst"
    assert disks.listing()["packed"]["ship"][2] == archive.stat().st_size  # type: ignore[index]
    assert disks.unpack("ship", "0") == {}
    assert sparse.read_bytes() == whole


def test_a_hole_is_not_read(sparse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the parts that hold data are read from the disk."""
    read: list[int] = []
    send = os.sendfile

    def count(sink: int, file: int, at: int, size: int) -> int:
        read.append(size)
        return send(sink, file, at, size)

    monkeypatch.setattr(os, "sendfile", count)
    assert disks.pack("ship", "0") == {}
    assert sum(read) < 1 << 20


def test_a_pack_that_fails_leaves_the_disk(sparse: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where zstd ends early nothing takes the disk's place, and its complaint is told."""
    monkeypatch.setattr(disks, "ZSTD", ["sh", "-c", "echo no room >&2; exit 1", "zstd"])
    with pytest.raises(SystemExit, match="no room"):
        disks.pack("ship", "0")
    assert [path.name for path in folder.iterdir()] == ["ship.img"]


def test_a_broken_archive_is_kept(folder: Path) -> None:
    """What cannot be unpacked whole does not become a disk."""
    (folder / "ship.img.zst").write_bytes(b"no archive")
    with pytest.raises(SystemExit, match="zstd"):
        disks.unpack("ship", "0")
    assert [path.name for path in folder.iterdir()] == ["ship.img.zst"]


@pytest.mark.parametrize("moment", ["draft", "both"])
def test_a_pack_that_was_killed_is_done_again(sparse: Path, folder: Path, moment: str) -> None:
    """Killed before the archive has its name or after, the disk counts, and either way can be gone on."""
    whole = sparse.read_bytes()
    (folder / (".ship.draft" if moment == "draft" else "ship.img.zst")).write_bytes(b"half")
    assert disks.listing()["packed"] == {}
    assert disks.pack("ship", "0") == {}
    assert disks.unpack("ship", "0") == {}
    assert sparse.read_bytes() == whole


def test_who_unpacks_waits_for_the_pack_of_a_dead_worker(sparse: Path, folder: Path) -> None:
    """The program goes on when the worker that asked for it died: the disk is not taken from under it."""
    whole = sparse.read_bytes()
    with disks.draft_of("ship"):
        second = threading.Thread(target=disks.unpack, args=["ship", "0"], daemon=True)
        second.start()
        second.join(0.3)
        assert second.is_alive()
        disks.path_of("ship").rename(folder / "away")
        subprocess.run(["zstd", "-q", "--rm", folder / "away", "-o", folder / "ship.img.zst"], check=True)
    second.join(10)
    assert sparse.read_bytes() == whole


def test_a_packed_disk_is_deleted(sparse: Path, folder: Path) -> None:
    """Deleting means both forms."""
    disks.pack("ship", "0")
    assert disks.delete("ship") == {}
    assert list(folder.iterdir()) == []


def test_a_listing_outlives_what_is_deleted_meanwhile(
    sparse: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others delete disks all the time; the rest is listed."""
    for name in ("old.img", "old.img.zst"):
        (folder / name).write_bytes(b"x")
    look = Path.stat

    def deleted_before(path: Path, **options: bool) -> os.stat_result:
        if path.name.startswith("old"):
            path.unlink()
        return look(path, **options)

    monkeypatch.setattr(Path, "stat", deleted_before)
    assert (list(disks.listing()["disks"]), disks.listing()["packed"]) == (["ship"], {})  # type: ignore[call-overload]


def test_a_draft_that_nobody_holds_goes_with_the_next_copy(sparse: Path, folder: Path) -> None:
    """A pack that an engine's end cut off left one as big as a disk; one that is written just now stays."""
    left, held = folder / ".gone.draft", folder / ".other.draft"
    left.write_bytes(b"half")
    with held.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        disks.copy("ship", "photo", "free", "0")
    assert (left.exists(), held.exists()) == (False, True)


def test_a_disk_is_not_deleted_under_who_packs_it(sparse: Path, folder: Path) -> None:
    """The archive would appear after the deletion. Nobody waits: asked again, the draft goes as well."""
    with disks.draft_of("ship"):
        assert disks.delete("ship") == {"error": "busy", "disk": "ship"}
    (folder / ".ship.draft").write_bytes(b"half")
    assert disks.delete("ship") == {}
    assert list(folder.iterdir()) == []


def test_the_disk_of_a_machine_is_not_packed(attached: Path, folder: Path) -> None:
    """Packing it is refused; unpacking finds it unpacked."""
    assert disks.pack("ship", "0") == {"error": "attached", "disk": "ship"}
    assert disks.unpack("ship", "0") == {}
    assert [path.name for path in folder.iterdir()] == ["ship.img"]
