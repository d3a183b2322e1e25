"""`./slipway doctor --escape` as it is called: which families, and with which status it ends."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from slipway.command import parser
from slipway.command.doctor import escape
from slipway.command.errors import CommandError
from slipway.command.instance import Instance
from slipway.engine.port import EngineError
from slipway.escape.attempts import Outcome, Result

HELD = Result("devices", "disk", "read the host's disk", Outcome.HELD, "Operation not permitted")
OPEN = Result("devices", "memory", "read the host's memory", Outcome.OPEN, "it succeeded")
Results = list[Result | Exception]


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Results:
    """Give the list of what comes out, to be filled; an exception in it is raised."""
    found: Results = []

    @contextlib.contextmanager
    def running_engine(instance: Instance, **_: str) -> Iterator[Instance]:
        yield instance

    def attempts(*_: object) -> Iterator[Result]:
        for each in found:
            if isinstance(each, Exception):
                raise each
            yield each

    monkeypatch.setenv("SLIPWAY_HOME", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(escape, "running_engine", running_engine)
    monkeypatch.setattr(escape, "machine", lambda _: "Debian, kernel 6")
    monkeypatch.setattr(escape, "attempts", attempts)
    return found


def run(*words: str) -> int:
    """Call the command."""
    return escape.main(parser.build().parse_args(["doctor", "--escape", *words]))


def test_all_is_held(results: Results, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each attempt, what the list holds for, and what it comes to."""
    results += [HELD]
    assert run() == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Debian, kernel 6"
    assert "held      devices/disk: read the host's disk [Operation not permitted]" in said
    assert said[-1].startswith("1 attempts in 0 s: 1 held")


def test_one_is_open(results: Results, capsys: pytest.CaptureFixture[str]) -> None:
    """The command fails, and repeats at the end which it is."""
    results += [OPEN, HELD]
    assert run() == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith("open      devices/memory")


def test_as_json(results: Results, capsys: pytest.CaptureFixture[str]) -> None:
    """One object."""
    results += [HELD, OPEN]
    assert run("--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["machine"] == "Debian, kernel 6"
    assert [(each["name"], each["outcome"]) for each in told["results"]] == [("disk", "held"), ("memory", "open")]


def test_an_engine_that_goes_away_is_told(results: Results) -> None:
    """What was not tried is not held."""
    results += [HELD, EngineError("The engine does not answer.")]
    with pytest.raises(CommandError, match=r"not all attempts .* The engine does not answer\."):
        run()


def test_families_are_known_by_name(results: Results) -> None:
    """A name that is none is refused with those that are."""
    results += [HELD]
    assert run("kernel", "network") == 0
    with pytest.raises(CommandError, match="no family nothing") as refused:
        run("nothing")
    assert "kernel" in refused.value.cure
