"""A learner of the sample lesson on machines in memory, and `prove` with them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from slipway.engine.fake import FakeEngine, FakeMachine
from slipway.engine.port import ExecResult
from slipway.prover.main import main


class Learner:
    """Plays what happens in a machine: setup, typing, and the observer's view of the container that was started."""

    def __init__(self, *, breaks_setup: bool = False, prints: dict[str, str] | None = None) -> None:
        self.typed: list[str] = []
        self.seconds: set[float] = set()
        self.prints = prints or {}
        self._breaks_setup = breaks_setup

    def setup(self, machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
        """Run a setup step: it must have its parameters."""
        if self._breaks_setup:
            return ExecResult(2, b"", b"no such file")
        machine.files["/app"] = next(word for word in argv if word.startswith("app=")).removeprefix("app=").encode()
        return ExecResult(0, b"", b"")

    def python(self, machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
        """Type a script, or observe."""
        if "attach.py" in str(argv):
            return self._type(machine, json.loads(argv[5]))
        facts = {key: self._fact(machine, spec) for key, spec in json.loads(argv[-1]).items()}
        return ExecResult(0, json.dumps({"facts": facts, "failures": {}}).encode(), b"")

    def _type(self, machine: FakeMachine, order: dict[str, Any]) -> ExecResult:
        """Take the commands as they come: what is typed last is what counts, and some have something to print."""
        lines = order["commands"]
        self.typed += lines
        self.seconds.add(order["seconds"])
        # Who removes the container has to begin anew.
        kept = b"" if any("docker rm" in line for line in lines) else machine.files.get("/typed", b"")
        machine.files["/typed"] = kept + "\n".join(lines).encode()
        found = {
            "commands": [[line, 127 if "missing" in line else 0] for line in lines if line and line[0] != "^"],
            "printed": "".join(f"{self.prints[line]}\r\n" for line in lines if line in self.prints),
            "output": "",
            "trouble": "the prompt did not come back" if "hang" in lines else "",
            "boot": "0f" * 8,
            "offset": order["offset"] + 1,
        }
        return ExecResult(0, json.dumps(found).encode(), b"")

    def _fact(self, machine: FakeMachine, spec: dict[str, str]) -> dict[str, object]:
        if spec["kind"] == "command":
            return {"exit_status": 0, "stdout": "6.1\n", "stderr": ""}
        is_right = b"-d --name " + machine.files["/app"] in machine.files.get("/typed", b"")
        return {"exists": is_right, "State": {"Running": is_right}, "Config": {"Image": "nginx"}}


def prove(
    learner: Learner, *arguments: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[dict[str, object]], FakeEngine]:
    """Prove with a fake engine; return status, lines of JSON, and the engine."""
    engine = FakeEngine(programs={"/bin/sh": learner.setup, "/opt/slipway/python": learner.python})
    status = main(
        [*arguments, "--json"], engine=engine, image_of=lambda name: f"slipway/{name}:1", lessons=Path("none")
    )
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()], engine
