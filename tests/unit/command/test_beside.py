"""A program beside the steps is awaited by its own step, and never outlives them."""

import subprocess
import sys
from pathlib import Path

import pytest

from slipway.command.beside import Beside
from slipway.command.errors import CommandError
from slipway.command.steplog import StepLog


def beside(folder: Path, code: str) -> Beside:
    """Return a Python program that runs beside."""
    return Beside([sys.executable, "-c", code], environment={}, output=folder / "out")


def test_its_step_shows_what_it_says(tmp_path: Path) -> None:
    """The log of its step is whole, although it began before."""
    with StepLog(tmp_path / "log") as log, beside(tmp_path, "print('one'); print('two')") as program:
        program.wait(log)
        assert log.last_lines(5) == ["one", "two"]


def test_its_failure_is_its_steps(tmp_path: Path) -> None:
    """It is told where people look for it."""
    with (
        StepLog(tmp_path / "log") as log,
        beside(tmp_path, "raise SystemExit(4)") as program,
        pytest.raises(CommandError, match="ended with status 4"),
    ):
        program.wait(log)


def test_it_ends_with_the_steps(tmp_path: Path) -> None:
    """When another step fails, nothing goes on behind."""
    code = (
        f"import os,pathlib,time; pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid())); time.sleep(60)"
    )
    with beside(tmp_path, code):
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text(encoding="ascii"):
            pass
    pid = (tmp_path / "pid").read_text(encoding="ascii")
    assert subprocess.run(["ps", "-p", pid], capture_output=True, check=False).returncode == 1
