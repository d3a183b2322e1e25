"""The log of one step, and the programs that write to it."""

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from slipway.command.errors import CommandError

GRACE_SECONDS = 10
LAST_BYTES = 8192


class StepLog:
    """A file that holds what a step and its programs said, made anew at each run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        self._file = self.path.open("wb", buffering=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, text: str) -> None:
        """Append a line."""
        self._file.write(f"{text.rstrip()}\n".encode())

    def last_line(self) -> str:
        """Return what was said last, for the progress line."""
        return next(iter(self.last_lines(1)), "")

    def last_lines(self, count: int) -> list[str]:
        """Return up to `count` last lines that are not empty."""
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - LAST_BYTES))
            text = file.read().decode(errors="replace").replace("\r", "\n")
        return [line.rstrip() for line in text.splitlines() if line.strip()][-count:]

    def run(
        self, argv: Sequence[str], *, environment: Mapping[str, str] | None = None, must_finish: bool = False
    ) -> None:
        """Run a program with its output in the log; raise `CommandError` when it fails.

        `environment` is all that it gets (default: ours). On Ctrl-C it is ended with all it started, or awaited where
        half of its work would be worse than all of it.
        """
        self.write(f"$ {shlex.join(argv)}")
        process = spawn(argv, environment, self._file)
        try:
            status = process.wait()
        except BaseException:
            if must_finish:
                process.wait()
            else:
                end_all(process)
            raise
        explain(argv, status)


def spawn(argv: Sequence[str], environment: Mapping[str, str] | None, output: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program apart from this terminal's Ctrl-C; raise `CommandError` when it cannot be started."""
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise CommandError(f"{argv[0]} could not be started: {error.strerror}.") from error


def end_all(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def explain(argv: Sequence[str], status: int) -> None:
    """Raise `CommandError` when a program failed."""
    if status < 0:
        raise CommandError(f"{Path(argv[0]).name} was ended by {signal.Signals(-status).name}.")
    if status:
        raise CommandError(f"{Path(argv[0]).name} ended with status {status}.")
