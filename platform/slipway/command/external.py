"""Runs a program in the foreground, in this terminal, with the environment that our code and tests need."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from slipway.command.instance import PROJECT

PATHS = os.pathsep.join([str(PROJECT / "platform"), str(PROJECT)])


def run(argv: Sequence[str], environment: Mapping[str, str] | None = None, *, at_project: bool = False) -> int:
    """Return the program's exit status; `environment` is all that it gets (default: ours).

    Ctrl-C reaches the program too, and its end is awaited.
    """
    process = subprocess.Popen(argv, cwd=PROJECT if at_project else None, env=environment or ours())
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.wait()
        raise


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
