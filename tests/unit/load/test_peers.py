"""Other web terminals beside Slipway: the frames of each, its shell's lock, and where the table says that one wins."""

import asyncio
import json
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

from slipway.command import peers
from slipway.command.errors import CommandError
from tests.load.peers.client import PeerTerminal
from tests.load.peers.shell import SHELL
from tests.load.peers.table import Figure, Row, Taken, faults
from tests.load.peers.terminado import TerminadoTerminal
from tests.load.peers.ttyd import TtydTerminal
from tests.load.peers.wetty import COMMIT_EVERY, WettyTerminal

WORD = "word"
ECHO, RATE = Figure("echo", "ms", 0, 0.5), Figure("throughput", "MB/s", 0, 0.5, is_rate=True)


@pytest.mark.parametrize(
    ("kind", "keys", "size", "printed"),
    [
        (TerminadoTerminal, '["stdin", "ls\\r"]', '["set_size", 30, 100]', '["stdout", "ä\\n"]'),
        (WettyTerminal, '42["input","ls\\r"]', '42["resize",{"cols":100,"rows":30}]', '42["data","ä\\n"]'),
        (TtydTerminal, b"0ls\r", b'1{"columns": 100, "rows": 30}', "0ä\n".encode()),
    ],
)
def test_frames_are_those_of_the_protocol(
    kind: type[PeerTerminal], keys: str | bytes, size: str | bytes, printed: str | bytes
) -> None:
    """Keys, sizes and what was printed are written and read as each server has them."""
    terminal = kind("http://127.0.0.1:1", WORD, 0)
    assert terminal.keys(b"ls\r") == keys
    assert terminal.size(100, 30) == size
    assert terminal.printed(printed) == "ä\n".encode()


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (TerminadoTerminal, '["setup", {}]'),
        (WettyTerminal, "2"),
        (WettyTerminal, '42["logout"]'),
        (TtydTerminal, b"1t"),
    ],
)
def test_other_messages_print_nothing(kind: type[PeerTerminal], message: str | bytes) -> None:
    """Pings, titles and settings are not taken for output."""
    assert kind("http://127.0.0.1:1", WORD, 0).printed(message) == b""


async def _with_server(
    kind: type[PeerTerminal],
    handler: Callable[[ServerConnection], Awaitable[None]],
    use: Callable[[PeerTerminal], Awaitable[None]],
) -> None:
    async with asyncio.timeout(10), serve(handler, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await use(kind(f"http://127.0.0.1:{port}", WORD, 7))


async def test_a_kept_shell_is_not_logged_into_twice() -> None:
    """The word would be typed into the learner's running shell."""
    got = []

    async def handler(socket: ServerConnection) -> None:
        assert socket.request is not None
        assert socket.request.path == "/websocket/7"
        await socket.send('["setup", {}]')
        await socket.send('["stdout", "bash# and more"]')
        got.extend([json.loads(message) async for message in socket])

    async def use(terminal: PeerTerminal) -> None:
        await terminal.open()
        assert await terminal.read() == b"and more"
        await terminal.close()
        await terminal.open()
        await terminal.close()

    await _with_server(TerminadoTerminal, handler, use)
    assert got == [["set_size", 30, 100], ["stdin", "word\n"], ["set_size", 30, 100]]


async def test_wetty_is_answered_and_told_what_was_written() -> None:
    """Without a pong it hangs up, and without commits it stops."""
    got = []

    async def handler(socket: ServerConnection) -> None:
        await socket.send('0{"sid":"x"}')
        assert await socket.recv() == "40"
        for message in ('40{"sid":"y"}', "2", '42["login"]', '42["data","# "]'):
            await socket.send(message)
        await socket.send(f'42["data","{"x" * COMMIT_EVERY}"]')
        got.extend([message async for message in socket])

    async def use(terminal: PeerTerminal) -> None:
        await terminal.open()
        assert len(await terminal.read()) == COMMIT_EVERY
        await terminal.close()

    await _with_server(WettyTerminal, handler, use)
    assert got == ["3", '42["resize",{"cols":100,"rows":30}]', '42["input","word\\n"]', f'42["commit",{COMMIT_EVERY}]']


def test_a_peer_wins_only_where_it_is_better_and_did_it_all() -> None:
    """Less time and a higher rate win; a fault never does, and is told."""
    faster, slower, lost = Taken([[1.0]]), Taken([[4.0]]), Taken([[0.5]], "the shell is lost")
    taken = {"slipway": Taken([[2.0]]), "faster": faster, "slower": slower, "lost": lost, "silent": Taken([], "gone")}
    echo, rate = Row(ECHO, taken), Row(RATE, taken)
    assert [name for name in taken if echo.wins(name)] == ["faster"]
    assert [name for name in taken if rate.wins(name)] == ["slower"]
    assert echo.cell("faster") == "1.00 ms (0.50 x) WINS"
    assert echo.cell("lost") == "0.50 ms (0.25 x) *"
    assert echo.cell("silent") == "- *"
    assert echo.cell("slipway") == "2.00 ms"
    assert faults([echo]) == ["* echo: lost: the shell is lost", "* echo: silent: gone"]
    assert json.loads(echo.as_json()[1]) == {
        "figure": "echo",
        "unit": "ms",
        "terminal": "faster",
        "value": 1.0,
        "ratio": 0.5,
        "wins": True,
        "fault": "",
    }


def test_a_growth_that_is_not_positive_has_no_ratio() -> None:
    """A server whose memory shrank meanwhile is no minus-times as large."""
    row = Row(ECHO, {"slipway": Taken([[2.0]]), "shrunk": Taken([[-1.0]])})
    assert row.ratio("shrunk") is None


def test_what_is_not_installed_as_pinned_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An older installation is not measured under a newer version's name."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    folder = tmp_path / "bench" / "peers" / "wetty"
    folder.mkdir(parents=True)
    (folder / ".complete").write_text('{"npm": ["wetty@1.0.0"]}')
    with pytest.raises(CommandError, match="wetty could not be installed"):
        peers.ready_folder(tmp_path, "wetty")
    with pytest.raises(CommandError, match="ttyd is not on the PATH"):
        peers.ready_folder(tmp_path, "ttyd")


@pytest.mark.parametrize(("word", "status"), [("word", 3), ("other", 1)])
def test_a_shell_opens_to_who_knows_the_word(tmp_path: Path, word: str, status: int) -> None:
    """Everybody on the host can connect to a loopback port, and the shell is root's."""
    shell = tmp_path / "shell.sh"
    shell.write_text(SHELL.format(word=WORD))
    done = subprocess.run(["bash", str(shell)], input=f"{word}\nexit 3\n", text=True, check=False)
    assert done.returncode == status
