"""Programs of a step write to its log, and are ended with all they started."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway.command.errors import CommandError
from slipway.command.steplog import StepLog


def test_a_program_writes_to_the_log(tmp_path: Path) -> None:
    """Standard output and standard error are kept in their order, below the command."""
    with StepLog(tmp_path / "log") as log:
        log.run(["sh", "-c", "echo one; echo two >&2"])
        assert log.last_lines(3) == ["$ sh -c 'echo one; echo two >&2'", "one", "two"]


def test_a_failed_program_is_named_with_its_status(tmp_path: Path) -> None:
    """The sentence says which program failed and how."""
    with StepLog(tmp_path / "log") as log, pytest.raises(CommandError, match="sh ended with status 3"):
        log.run(["sh", "-c", "exit 3"])


def test_a_killed_program_is_named_with_its_signal(tmp_path: Path) -> None:
    """A program that ran out of memory is told apart from one that failed."""
    with StepLog(tmp_path / "log") as log, pytest.raises(CommandError, match="sh was ended by SIGKILL"):
        log.run(["sh", "-c", "kill -9 $$"])


def test_a_missing_program_is_told(tmp_path: Path) -> None:
    """What is not installed is no traceback."""
    with StepLog(tmp_path / "log") as log, pytest.raises(CommandError, match="could not be started"):
        log.run(["/no/such/program"])


def test_the_last_line_is_that_of_a_progress_bar(tmp_path: Path) -> None:
    """Programs that draw over their line by a carriage return are understood."""
    with StepLog(tmp_path / "log") as log:
        log.write("10%\r50%\r90%")
        assert log.last_line() == "90%"


@pytest.fixture
def _ctrl_c() -> Iterator[None]:
    """Let this process take Ctrl-C as Python does; one that was started in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt_when(path: Path) -> threading.Thread:
    """Send Ctrl-C to this process as soon as the file exists."""

    def wait() -> None:
        while not path.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.usefixtures("_ctrl_c")
def test_ctrl_c_ends_the_program_and_its_children(tmp_path: Path) -> None:
    """Nothing goes on behind the back of somebody who stopped it."""
    script = f"sleep 60 & echo $! >{tmp_path}/child; touch {tmp_path}/ready; wait"
    thread = interrupt_when(tmp_path / "ready")
    with StepLog(tmp_path / "log") as log, pytest.raises(KeyboardInterrupt):
        log.run(["sh", "-c", script])
    thread.join()
    child = (tmp_path / "child").read_text(encoding="ascii").strip()
    deadline = time.monotonic() + 10
    while is_running(child):
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.01)


def is_running(pid: str) -> bool:
    """Return whether a process is there and is no zombie."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True, check=False).stdout
    return state.strip()[:1] not in {"", "Z"}


@pytest.mark.usefixtures("_ctrl_c")
def test_ctrl_c_waits_for_what_must_finish(tmp_path: Path) -> None:
    """A package manager in the middle of its work ends it first."""
    lines = ["import pathlib, time", f"folder = pathlib.Path({str(tmp_path)!r})", "(folder / 'ready').touch()"]
    script = "\n".join([*lines, "time.sleep(0.3)", "(folder / 'end').touch()"])
    thread = interrupt_when(tmp_path / "ready")
    with StepLog(tmp_path / "log") as log, pytest.raises(KeyboardInterrupt):
        log.run([sys.executable, "-c", script], must_finish=True)
    thread.join()
    assert (tmp_path / "end").exists()
