"""A disk on its way to another host: whole or not at all. The two programs run as they do in the engines' helpers."""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from slipway.engine.inside import disks, sending

Move = Callable[[Callable[[bytes], bytes]], dict[str, object]]


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    """Give the folders of two engines; the first has a disk of 64 MiB with two pieces of data."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    with (here / "ship.img").open("wb") as file:
        file.truncate(64 << 20)
        file.write(b"head")
        file.seek(32 << 20)
        file.write(b"middle")
    return here, there


@pytest.fixture
def move(sides: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Move:
    """Give a way to send the disk, with what happens to the bytes in between."""
    monkeypatch.setattr(disks, "ZSTD", ["zstd"])

    def move(between: Callable[[bytes], bytes], floor: str = "0") -> dict[str, object]:
        monkeypatch.setattr(disks, "FOLDER", sides[0])
        sent = io.BytesIO()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", SimpleNamespace(buffer=sent))
            sending.send("ship")
        monkeypatch.setattr(disks, "FOLDER", sides[1])
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(between(sent.getvalue()))))
        return sending.receive("ship", floor)

    return move


def test_it_arrives_bit_for_bit(sides: tuple[Path, Path], move: Move) -> None:
    """Packed, with the note of what it takes; unpacked it is the same and as sparse."""
    assert move(lambda data: data) == {}
    assert [path.name for path in sides[1].iterdir()] == ["ship.img.zst"]
    assert disks.unpack("ship", "0") == {}
    sent, arrived = sides[0] / "ship.img", sides[1] / "ship.img"
    assert arrived.read_bytes() == sent.read_bytes()
    assert arrived.stat().st_blocks <= sent.stat().st_blocks + 512


def test_a_packed_one_arrives_as_it_is(sides: tuple[Path, Path], move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its archive is the same file."""
    monkeypatch.setattr(disks, "FOLDER", sides[0])
    disks.pack("ship", "0")
    assert move(lambda data: data) == {}
    assert (sides[1] / "ship.img.zst").read_bytes() == (sides[0] / "ship.img.zst").read_bytes()


def test_one_that_was_sent_before_is_replaced(sides: tuple[Path, Path], move: Move) -> None:
    """What a move that was given up left there is older."""
    (sides[1] / "ship.img").write_bytes(b"older")
    assert move(lambda data: data) == {}
    disks.unpack("ship", "0")
    assert (sides[1] / "ship.img").stat().st_size == 64 << 20


@pytest.mark.parametrize("place", [0, 20, -40, -1])
def test_a_changed_byte_is_noticed(sides: tuple[Path, Path], move: Move, place: int) -> None:
    """In a length, in the data, in the hash: nothing is there then."""

    def change(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[place] ^= 0x40
        return bytes(changed)

    said: dict[str, object] = {}
    with contextlib.suppress(SystemExit):
        said = move(change)
    assert said in ({}, {"error": "broken", "disk": "ship"})
    assert list(sides[1].iterdir()) == []


@pytest.mark.parametrize("left", [0, 3, 50, -33])
def test_half_a_disk_is_none(sides: tuple[Path, Path], move: Move, left: int) -> None:
    """A connection that ends too early leaves nothing, not even a draft."""
    with pytest.raises(SystemExit, match="broke off"):
        move(lambda data: data[:left])
    assert list(sides[1].iterdir()) == []


def test_a_host_keeps_its_floor(sides: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, move: Move) -> None:
    """What would leave less room is refused before it is written."""
    monkeypatch.setattr(disks, "free_bytes", lambda: 1000)
    assert move(lambda data: data) == {"error": "full", "disk": "ship"}
    assert list(sides[1].iterdir()) == []


def test_a_disk_that_cannot_be_read_is_not_taken_for_a_shorter_one(
    sides: tuple[Path, Path], move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A packer ends well over what it was given until then."""

    def fail(_disk: int, sink: int) -> None:
        os.write(sink, b"head")
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(disks, "write_whole", fail)
    with pytest.raises(SystemExit, match="cannot be read: Input/output error"):
        move(lambda data: data)


def test_a_write_that_is_not_whole_is_gone_on_with(
    sides: tuple[Path, Path], move: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a disk is nearly full: what arrives is what was sent."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:1000]))
    assert move(lambda data: data) == {}
    disks.unpack("ship", "0")
    assert (sides[1] / "ship.img").read_bytes() == (sides[0] / "ship.img").read_bytes()
