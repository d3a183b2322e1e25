"""Runs a program in the foreground, in this terminal, with the environment that our code and tests need."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from slipway.command.instance import PROJECT

PATHS = os.pathsep.join([str(PROJECT / "platform"), str(PROJECT)])


def run(argv: Sequence[str], environment: Mapping[str, str] | None = None, *, at_project: bool = False) -> int:
    """Return the program's exit status; `environment` is all that it gets (default: ours).

    Ctrl-C and SIGTERM reach the program too, and its end is awaited.
    """
    process = subprocess.Popen(argv, cwd=PROJECT if at_project else None, env=environment or ours())
    with _passing_on(process):
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            raise


@contextmanager
def _passing_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Pass SIGTERM on: a terminal sends Ctrl-C to both of us, who ends us by our id means the program as well."""
    before = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def ours(**given: str) -> dict[str, str]:
    """Return our environment, in which our code and tests are found, and the given variables."""
    return {**os.environ, "PYTHONPATH": PATHS, **given}


def untouched(**given: str) -> dict[str, str]:
    """Return our environment without this installation's settings, and with the given variables."""
    return {name: value for name, value in ours().items() if not name.startswith("SLIPWAY_")} | given


def python(*words: str) -> list[str]:
    """Return a command line of this Python."""
    return [sys.executable, "-P", *words]


def tool(name: str) -> str:
    """Return the path of a program of the virtual environment."""
    return str(Path(sys.prefix) / "bin" / name)
