"""Acts against machines that say anything: bounds on size, time and turns, and nothing but the program's answers."""

import asyncio
import base64
import json
import time
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.files import answers, asked, link
from slipway.files.answers import NonsenseError, RefusedError

PLACE = ("/run/engine.sock", "m-1")
LIST = asked.request_of("list", {"path": "/root"})
SAVE = asked.request_of("save", {"path": "/root/a", "token": "new"})
DOWNLOAD = asked.request_of("download", {"path": "/root/a"})
EMPTY = json.dumps({"ok": {"entries": [], "left_out": 0}}).encode()


class Machine:
    """A stream that a test plays: its pieces, then the end, or nothing more."""

    def __init__(self, *pieces: bytes, status: int = 0, is_endless: bool = False, is_silent: bool = False) -> None:
        self.pieces = list(pieces)
        self.status = status
        self.is_endless = is_endless
        self.is_silent = is_silent
        self.written = b""
        self.is_closed = False

    async def open(self, socket: str, machine: str, argv: Sequence[str]) -> "Machine":
        """Be opened."""
        assert (socket, machine) == PLACE
        assert argv[0] == "/opt/slipway/python"
        return self

    async def read(self) -> bytes:
        """Return the next piece without waiting, as a stream does that always has some."""
        if self.is_endless:
            return self.pieces[0]
        if self.is_silent and not self.pieces:
            await asyncio.Event().wait()
        return self.pieces.pop(0) if self.pieces else b""

    async def write(self, data: bytes) -> None:
        """Keep what is asked."""
        self.written += data

    async def exit_status(self) -> int:
        """Return how it ended."""
        return self.status

    async def close(self) -> None:
        """Note that it was let go of."""
        self.is_closed = True


async def test_an_act_goes_in_and_its_answer_comes_out() -> None:
    """However the answer is cut; the content follows the request, whose size is said."""
    machine = Machine(*(bytes((byte,)) for byte in EMPTY))
    assert await link.ask(machine.open, PLACE, LIST) == {"entries": [], "left_out": 0}
    assert machine.is_closed
    machine = Machine(json.dumps({"ok": {"token": "a" * 64}}).encode())
    await link.ask(machine.open, PLACE, SAVE, b"text")
    head, _, content = machine.written.partition(b"\n")
    assert (json.loads(head)["size"], content) == (4, b"text")


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_whatever_a_machine_says_has_an_end(pieces: list[bytes]) -> None:
    """An answer, a refusal or nonsense, and the stream is let go of."""
    machine = Machine(*pieces)
    with suppress(NonsenseError, RefusedError):
        asyncio.run(link.ask(machine.open, PLACE, LIST))
    assert machine.is_closed


@pytest.mark.parametrize(
    "said",
    [
        {"ok": {"entries": [], "left_out": -1}},
        {"ok": {"entries": [{"name": "../etc", "kind": "file", "is_link": False, "size": 1}], "left_out": 0}},
        {"ok": {"entries": [{"name": "a", "kind": "<b>", "is_link": False, "size": 1}], "left_out": 0}},
        {"ok": {"entries": [{"name": "a", "kind": "file", "is_link": 1, "size": 1}], "left_out": 0}},
        {"ok": {"entries": [], "left_out": 0, "more": "x"}},
        {"refused": "Your password, please"},
        ["ok"],
    ],
)
def test_only_the_programs_own_answers_pass(said: object) -> None:
    """No other fields, kinds or names, and no words of the machine's own."""
    with pytest.raises(NonsenseError):
        answers.answer_of("list", json.dumps(said).encode())


@pytest.mark.parametrize(
    "said",
    [
        b'{"ok": {"entries": [' + b"{}," * 600_000 + b'{}], "left_out": 0}}',
        b'{"refused": [' + b"[]," * 600_000 + b"[]]}",
        b"{" + b",".join(b'"%d":0' % number for number in range(150_000)) + b"}",
    ],
)
def test_an_answer_of_very_many_parts_is_refused_before_it_is_parsed(said: bytes) -> None:
    """A parser would make an object of each, for seconds in which nobody else has a turn."""
    assert len(said) < answers.MAX_BYTES
    with pytest.raises(NonsenseError, match="more than is ever listed"):
        answers.answer_of("list", said)


def test_the_longest_answers_pass() -> None:
    """A full list of the longest names, and a text of the largest size, whatever letters it has."""
    entry = {"name": "%FF" * 255, "kind": "folder", "is_link": False, "size": answers.MAX_SIZE}
    listing = json.dumps({"ok": {"entries": [entry] * 2000, "left_out": 1}}).encode()
    assert len(listing) < answers.MAX_BYTES
    assert len(answers.answer_of("list", listing)["entries"]) == 2000  # type: ignore[arg-type]
    text = '{[,:"' * (asked.TEXT_BYTES // 5) + "\0"
    sent = base64.b64encode(text.encode()).decode()
    assert answers.answer_of("read", json.dumps({"ok": {"text": sent, "token": ""}}).encode())["text"] == text


async def test_an_endless_answer_is_cut_and_others_have_their_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that sends single bytes for ever is ended by size or by time; the event loop goes on meanwhile."""
    machine = Machine(b"x" * 1024 * 1024, is_endless=True)
    with pytest.raises(NonsenseError):
        await link.ask(machine.open, PLACE, LIST)
    monkeypatch.setattr(link, "ANSWER_SECONDS", 0.2)
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    machine = Machine(b"x", is_endless=True)
    began = time.monotonic()
    with pytest.raises(link.SilentError):
        await link.ask(machine.open, PLACE, LIST)
    counting.cancel()
    assert time.monotonic() - began < 5
    assert turns > 10
    assert machine.is_closed


async def test_a_silent_machine_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """For an answer, and for the first line of a download."""
    monkeypatch.setattr(link, "ANSWER_SECONDS", 0.05)
    for begin in (link.ask, link.Download.begin):
        machine = Machine(b"{", is_silent=True)
        with pytest.raises(link.SilentError):
            await begin(machine.open, PLACE, DOWNLOAD)
        assert machine.is_closed


def head(size: int | None) -> bytes:
    """Return a download's first line."""
    return json.dumps({"ok": {"size": size, "is_folder": size is None}}).encode() + b"\n"


async def taken(machine: Machine) -> bytes:
    """Return all of a download."""
    found = await link.Download.begin(machine.open, PLACE, DOWNLOAD)
    return b"".join([piece async for piece in found.pieces()])


async def test_a_download_is_whole_or_breaks_off() -> None:
    """Its bytes as they come; too few, too many, or a program that failed cut the connection."""
    assert await taken(Machine(head(5) + b"ab", b"cde")) == b"abcde"
    assert await taken(Machine(head(None)[:9], head(None)[9:], b"tar")) == b"tar"
    for machine in (Machine(head(5), b"ab"), Machine(head(1), b"abc"), Machine(head(None), b"tar", status=1)):
        with pytest.raises(link.BrokenOffError):
            await taken(machine)
        assert machine.is_closed
    with pytest.raises(NonsenseError):
        await taken(Machine(b"x" * 5000, is_endless=True))
    with pytest.raises(RefusedError):
        await taken(Machine(b'{"refused": "missing"}'))
