"""Steps run in turn, leave a log each, and a failure says what to do."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from slipway.command.errors import CommandError
from slipway.command.steplog import StepLog
from slipway.command.steps import Step, StepFailedError, log_path, run_steps, seconds, try_steps

AGAIN = "./slipway up"


class Recorder:
    """A console that keeps what was printed, as a log file of CI would."""

    def __init__(self) -> None:
        self._text = io.StringIO()
        self.console = Console(file=self._text, width=200, force_terminal=False)

    @property
    def lines(self) -> list[str]:
        """Return what was printed, line by line."""
        return [line.strip() for line in self._text.getvalue().splitlines()]


def quiet(_log: StepLog) -> str:
    """Do nothing, as a step does whose work is done."""
    return "up to date"


def talking(log: StepLog) -> str:
    """Say two things and fail."""
    log.write("reading the list")
    log.write("the list is empty")
    raise CommandError("nothing to install", "give it a list")


def broken(_log: StepLog) -> str:
    """Fail in a way that nobody thought of."""
    nothing: dict[str, str] = {}
    return nothing["key"]


def test_a_step_that_is_done_leaves_one_line(tmp_path: Path) -> None:
    """Title and result stand on the line; nothing else is said of a quick step."""
    seen = Recorder()
    run_steps([Step("Images", quiet, "")], logs=tmp_path, console=seen.console, again=AGAIN)
    assert len(seen.lines) == 1
    assert seen.lines[0].startswith("✓ Images")
    assert seen.lines[0].endswith("up to date")


def test_a_failure_tells_last_lines_log_and_cure(tmp_path: Path) -> None:
    """Whoever reads only the failure knows where to look and what to type."""
    step = Step("Programs", talking, "the step's own cure")
    with pytest.raises(StepFailedError) as failure:
        run_steps([step], logs=tmp_path, console=Recorder().console, again=AGAIN)
    text = str(failure.value)
    assert "nothing to install" in text
    assert "the list is empty" in text
    assert str(log_path(step, tmp_path)) in text
    assert failure.value.cure.startswith("give it a list")
    assert AGAIN in failure.value.cure


def test_an_unforeseen_error_is_in_the_log_whole(tmp_path: Path) -> None:
    """A traceback helps whoever mends it, and the step's own cure stands in."""
    step = Step("Images", broken, "look at the log")
    with pytest.raises(StepFailedError) as failure:
        run_steps([step], logs=tmp_path, console=Recorder().console, again=AGAIN)
    assert "KeyError" in log_path(step, tmp_path).read_text(encoding="utf-8")
    assert failure.value.cure.startswith("look at the log")


def test_nothing_runs_after_a_failure(tmp_path: Path) -> None:
    """A later step could not work on what an earlier one left out."""
    later: list[str] = []

    def second(_log: StepLog) -> str:
        later.append("ran")
        return ""

    steps = [Step("One", talking, ""), Step("Two", second, "")]
    with pytest.raises(StepFailedError):
        run_steps(steps, logs=tmp_path, console=Recorder().console, again=AGAIN)
    assert later == []


def test_checks_all_run_and_the_failed_ones_are_returned(tmp_path: Path) -> None:
    """`check` tells everything in one go."""
    steps = [Step("One", talking, ""), Step("Two", quiet, ""), Step("Three", broken, "")]
    failed = try_steps(steps, logs=tmp_path, console=Recorder().console)
    assert [step.title for step in failed] == ["One", "Three"]


def test_ctrl_c_goes_through(tmp_path: Path) -> None:
    """An interrupt is no failure of the step."""

    def interrupted(_log: StepLog) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_steps([Step("One", interrupted, "")], logs=tmp_path, console=Recorder().console, again=AGAIN)


def test_a_slow_step_tells_that_it_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal there is a line at the start and one at the end."""
    monkeypatch.setattr("slipway.command.steps.QUIET_SECONDS", 0.0)
    monkeypatch.setattr("slipway.command.steps.HEARTBEAT_SECONDS", 0.01)
    seen = Recorder()

    def slow(log: StepLog) -> str:
        log.write("half way")
        while not any("half way" in line for line in seen.lines):
            pass
        return "done"

    run_steps([Step("Images", slow, "")], logs=tmp_path, console=seen.console, again=AGAIN)
    assert seen.lines[0] == "… Images"
    assert seen.lines[-1].startswith("✓ Images")


@pytest.mark.parametrize(("elapsed", "text"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (42.4, "42 s"), (187.0, "3 min 07 s")])
def test_durations_read_well(elapsed: float, text: str) -> None:
    """Tenths matter below ten seconds, and minutes above a hundred."""
    assert seconds(elapsed) == text
