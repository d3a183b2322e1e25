"""Runs the steps of a command in turn: each with its log, its elapsed time, and what to do when it fails."""

import re
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from slipway.command.errors import CommandError
from slipway.command.steplog import StepLog
from slipway.engine.port import EngineError

TAIL_LINES = 12
QUIET_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `work` writes to the log and returns a short result; done already, it returns at once."""

    title: str
    work: Callable[[StepLog], str]
    cure: str


class StepFailedError(CommandError):
    """A step failed; the text holds the last lines of its log and where the log is."""


def run_steps(steps: Sequence[Step], *, logs: Path, console: Console, again: str) -> None:
    """Run the steps in order; `again` is the command that goes on where a failure ended this one.

    Raise `StepFailedError` at the first failure, and let KeyboardInterrupt through.
    """
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    for step in steps:
        with StepLog(log_path(step, logs)) as log:
            begin = time.monotonic()
            error = _run(step, log, console, begin)
            if error is not None:
                text, cure = _failure(step, error, log, time.monotonic() - begin), _cure(step, error, again)
                raise StepFailedError(text, cure) from error


def try_steps(steps: Sequence[Step], *, logs: Path, console: Console) -> list[Step]:
    """Run all steps, whatever becomes of each, and return those that failed."""
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    failed = []
    for step in steps:
        with StepLog(log_path(step, logs)) as log:
            if _run(step, log, console, time.monotonic()) is not None:
                failed.append(step)
    return failed


def log_path(step: Step, logs: Path) -> Path:
    """Return where a step's log lies."""
    return logs / f"{'-'.join(re.findall('[a-z0-9]+', step.title.lower()))}.log"


def _run(step: Step, log: StepLog, console: Console, begin: float) -> Exception | None:
    try:
        with _progress(step.title, begin, log, console):
            result = step.work(log)
    except Exception as error:  # noqa: BLE001  (whatever it is: the log tells, and the person gets a sentence)
        if not isinstance(error, CommandError | EngineError):
            log.write(traceback.format_exc())
        _end(console, ("✗", "red"), step, begin, "failed")
        return error
    _end(console, ("✓", "green"), step, begin, result)
    return None


def _end(console: Console, mark: tuple[str, str], step: Step, begin: float, result: str) -> None:
    console.print(
        Text.assemble("  ", mark, f" {step.title}", (f"  {seconds(time.monotonic() - begin)}  {result}", "dim"))
    )


def _failure(step: Step, error: Exception, log: StepLog, elapsed: float) -> str:
    reason = str(error) or type(error).__name__
    tail = "\n".join(f"    {line}" for line in log.last_lines(TAIL_LINES))
    return f"{step.title}: failed after {seconds(elapsed)}: {reason}\n\n{tail}\n\nIts log: {log.path}"


def _cure(step: Step, error: Exception, again: str) -> str:
    cure = (error.cure if isinstance(error, CommandError) else "") or step.cure
    return f"{cure}\nThen type {again} again: it goes on at this step."


def seconds(elapsed: float) -> str:
    """Return a duration for people: tenths below ten seconds, minutes from 100 seconds on."""
    if elapsed < 10:  # noqa: PLR2004  (the docstring says it)
        return f"{elapsed:.1f} s"
    if elapsed < 100:  # noqa: PLR2004
        return f"{elapsed:.0f} s"
    return f"{int(elapsed) // 60} min {int(elapsed) % 60:02d} s"


def _progress(title: str, begin: float, log: StepLog, console: Console) -> AbstractContextManager[object]:
    if console.is_terminal:
        return _spinner(title, begin, log, console)
    return _Heartbeat(title, begin, log, console)


@contextmanager
def _spinner(title: str, begin: float, log: StepLog, console: Console) -> Iterator[None]:
    def line() -> Text:
        elapsed = time.monotonic() - begin
        mark = SPINNER[int(elapsed * 10) % len(SPINNER)]
        text = Text.assemble(f"  {mark} {title}  {elapsed:.0f} s  ", (log.last_line(), "dim"), no_wrap=True, end="")
        text.truncate(max(console.width - 1, 10), overflow="ellipsis")
        return text

    with Live(console=console, get_renderable=line, refresh_per_second=8, transient=True):
        yield


class _Heartbeat:
    """Tells a reader without a terminal that a step began, and every now and then that it goes on."""

    def __init__(self, title: str, begin: float, log: StepLog, console: Console) -> None:
        self._title, self._begin, self._log, self._console = title, begin, log, console
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        if self._ended.wait(QUIET_SECONDS):
            return
        self._console.print(f"  … {self._title}", markup=False)
        while not self._ended.wait(HEARTBEAT_SECONDS):
            elapsed = seconds(time.monotonic() - self._begin)
            self._console.print(f"  … {self._title}  {elapsed}  {self._log.last_line()}", markup=False)
