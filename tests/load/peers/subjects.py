"""The web terminals that are measured: Slipway, and each peer that is installed, served on a loopback port."""

import asyncio
import contextlib
import os
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from slipway.command.peers import ready_folder
from slipway.command.steplog import end_all
from slipway.terminal.room import MOST_EACH
from tests.instance import free_port
from tests.load.crowd import windows
from tests.load.neighbours import neighbour
from tests.load.peers import jupyter, terminado, ttyd, wetty
from tests.load.peers.client import PeerTerminal
from tests.load.peers.shell import SHELL
from tests.load.stage import Stage
from tests.terminal import Terminal
from tests.terminal_client import TerminalClient

START_SECONDS = 60
ANSWER_SECONDS = 2


class Subject(Protocol):
    """One web terminal under measure."""

    name: str
    port: int
    pid: str

    @property
    def keeps_shell(self) -> bool:
        """Whether a shell outlives its connection."""

    def terminal(self, number: int, address: str | None = None) -> Terminal:
        """Return a window on terminal 0, 1 or 2, by another address if one is given."""

    def crowd(self, count: int) -> AbstractAsyncContextManager[list[Terminal]]:
        """Give windows on terminals of other people until it is left."""

    def bulk(self, size_bytes: int) -> tuple[str, str]:
        """Make a file of random text where its shells are; return its path and SHA-256."""


class Slipway:
    """The running instance, its shells in a learner's machine behind an engine's exec."""

    name = "slipway"
    keeps_shell = True

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._learner = stage.learner()
        self.port = stage.instance.port
        self.pid = str(stage.instance.pid("web"))

    def terminal(self, number: int, address: str | None = None) -> Terminal:
        """Return a window on the learner's terminal."""
        learner = self._learner
        return TerminalClient(address or learner.address, learner.cookie, learner.sandbox_id, str(1 + number))

    @contextlib.asynccontextmanager
    async def crowd(self, count: int) -> AsyncIterator[list[Terminal]]:
        """Yield windows on the machines of as many learners as that takes."""
        # In a thread: actions that tell pages of something refuse to be called within a loop.
        people = [await asyncio.to_thread(neighbour, self._stage) for _ in range(-(-count // MOST_EACH))]
        try:
            yield windows(self._learner.address, people, count)
        finally:
            for person in people:
                await asyncio.to_thread(self._stage.give_back, person.user)

    def bulk(self, size_bytes: int) -> tuple[str, str]:
        """Make the file in the learner's machine."""
        path = "/root/bulk"
        return path, self._learner.run(_bulk_script(path, size_bytes)).split()[0]


@dataclass(slots=True)
class Served:
    """A peer's server that runs."""

    name: str
    port: int
    pid: str
    client: type[PeerTerminal]
    word: str
    folder: Path

    @property
    def keeps_shell(self) -> bool:
        """Whether a shell outlives its connection."""
        return self.client.keeps_shell

    def terminal(self, number: int, address: str | None = None) -> Terminal:
        """Return a window on a terminal of this number."""
        return self.client(address or f"http://127.0.0.1:{self.port}", self.word, number)

    @contextlib.asynccontextmanager
    async def crowd(self, count: int) -> AsyncIterator[list[Terminal]]:
        """Yield windows with a shell each."""
        yield [self.terminal(1000 + at) for at in range(count)]

    def bulk(self, size_bytes: int) -> tuple[str, str]:
        """Make the file in the folder that ends with the server."""
        path = str(self.folder / "bulk")
        script = ["bash", "-c", _bulk_script(path, size_bytes)]
        return path, subprocess.run(script, check=True, capture_output=True, text=True).stdout.split()[0]


def _bulk_script(path: str, size_bytes: int) -> str:
    return f"base64 -w 99 /dev/urandom | head -c {size_bytes} >{path} && sha256sum <{path}"


@dataclass(frozen=True, slots=True)
class Peer:
    """Another project's web terminal. `does_not` completes the sentence that starts with its name."""

    name: str
    client: type[PeerTerminal]
    argv: Callable[[str, int, str], list[str]]
    does_not: str

    @contextlib.contextmanager
    def served(self, home: Path, folder: Path) -> Iterator[Served]:
        """Start it in a new folder below `folder`, and end it with all that it started.

        Raise `CommandError` when it is not installed, RuntimeError when it does not start.
        """
        installed = ready_folder(home, self.name)
        own, port, word = folder / f"{self.name}-{secrets.token_hex(4)}", free_port(), secrets.token_hex(16)
        own.mkdir(mode=0o700)
        shell, log = own / "shell.sh", own / "log"
        shell.write_text(SHELL.format(word=word))
        shell.chmod(0o700)
        argv = ["setpriv", "--pdeathsig", "KILL", *self.argv(str(installed), port, str(shell))]
        given = {"HOME": str(own), "JUPYTER_TOKEN": word, "TERM": "xterm-256color", "PS1": r"\h\w# "}
        with log.open("wb") as output:
            process = subprocess.Popen(
                argv,
                cwd=own,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **given},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait(process, port, log)
            yield Served(self.name, port, str(process.pid), self.client, word, own)
        finally:
            end_all(process)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server answers, with whatever status."""
    begin = time.monotonic()
    while process.poll() is None and time.monotonic() - begin < START_SECONDS:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=ANSWER_SECONDS).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    said = log.read_text(errors="replace").strip().splitlines()
    raise RuntimeError(f"it did not start: {said[-1] if said else 'it said nothing'}")


LOCAL = "has its shells on this host, in no machine, and no engine on the way"
PEERS = (
    Peer("terminado", terminado.TerminadoTerminal, terminado.argv, f"is a library: no page, no accounts; {LOCAL}"),
    Peer("jupyter", jupyter.JupyterTerminal, jupyter.argv, f"stands without the Hub's proxy before it; {LOCAL}"),
    Peer("wetty", wetty.WettyTerminal, wetty.argv, f"ends a shell with its connection; {LOCAL}"),
    Peer("ttyd", ttyd.TtydTerminal, ttyd.argv, f"ends a shell with its connection; {LOCAL}"),
)
