"""Whose machines are thawed: those of an engine that nobody listens for."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway.engine import thawing


@pytest.fixture
def engine_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the place of a socket, beside the name of a group with a frozen machine and a frozen container in it."""
    monkeypatch.setattr(thawing, "FREEZER", tmp_path / "freezer")
    inner = tmp_path / "freezer" / "slipway-1" / "machine" / "docker"
    inner.mkdir(parents=True)
    for group in (inner, inner.parent, inner.parent.parent):
        (group / "freezer.state").write_text("FROZEN")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "group").write_text("slipway-1\n")
    return tmp_path / "run" / "engine.sock"


@pytest.fixture
def listening(engine_socket: Path) -> Iterator[socket.socket]:
    """Give an engine that lives."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(engine_socket))
        server.listen()
        yield server


def states(engine_socket: Path) -> set[str]:
    """Return the states of all groups."""
    return {path.read_text() for path in engine_socket.parents[1].glob("freezer/**/freezer.state")}


def test_the_dead_are_thawed_to_the_last(engine_socket: Path) -> None:
    """Also what a machine had frozen itself."""
    thawing.let_the_dead_end(engine_socket)
    assert states(engine_socket) == {"THAWED"}


def test_a_socket_that_is_left_is_no_engine(engine_socket: Path, listening: socket.socket) -> None:
    """A killed engine leaves it; one that listens may be slow, and its machines stay as they are."""
    thawing.let_the_dead_end(engine_socket)
    assert states(engine_socket) == {"FROZEN"}
    listening.close()
    thawing.let_the_dead_end(engine_socket)
    assert states(engine_socket) == {"THAWED"}


@pytest.mark.parametrize("name", ["", "..", "slipway-1/machine", "slipway-2", "Ä"])
def test_no_other_name_is_followed(engine_socket: Path, name: str) -> None:
    """Only one that is the name of a group, and of one that is there."""
    (engine_socket.parent / "group").write_text(name)
    thawing.let_the_dead_end(engine_socket)
    assert states(engine_socket) == {"FROZEN"}
