"""The observer is sent in one call, or in several when there is much to ask."""

import json
from collections.abc import Sequence

import pytest

from slipway.engine.port import ExecResult
from slipway.grading.judging import Request, request_for
from slipway.grading.observing import MAX_ARGUMENT_BYTES, ObservationError, observe
from slipway.lessonfile.subjects import File, Script


class Machine:
    """Stands for an engine: answers every request, and notes the sizes of what it was sent."""

    def __init__(self, stdout: bytes | None = None) -> None:
        self.sizes: list[int] = []
        self._stdout = stdout

    def run(
        self, machine: str, argv: Sequence[str], *, timeout_seconds: float = 20.0, max_bytes: int = 1 << 20
    ) -> ExecResult:
        """Answer each request by its path."""
        self.sizes += [len(argument) for argument in argv]
        facts = {key: {"kind": spec["kind"]} for key, spec in json.loads(argv[-1]).items()}
        answer = json.dumps({"facts": facts, "failures": {}}).encode()
        return ExecResult(1, answer if self._stdout is None else self._stdout, b"Traceback\nMemoryError: no room")


def requests(count: int, size: int = 10) -> list[Request]:
    """Return different requests of about this size."""
    return [request_for(Script(f"# {number} {'x' * size}"), {}) for number in range(count)]


def test_much_is_asked_in_portions() -> None:
    """No argument is too large for the kernel, and nothing is lost."""
    machine = Machine()
    found = observe(machine, "m", requests(30, 10_000))  # type: ignore[arg-type]  # only `run` is called
    assert len(found.facts) == 30
    assert max(machine.sizes) < MAX_ARGUMENT_BYTES + 10_100


def test_nothing_to_ask_asks_nothing() -> None:
    """A lesson of answers alone costs no call."""
    machine = Machine()
    assert observe(machine, "m", []).facts == {}  # type: ignore[arg-type]
    assert machine.sizes == []


@pytest.mark.parametrize("stdout", [b"", b"{", b"[]", b'{"facts": 1}'])
def test_an_observer_that_cannot_run_is_told(stdout: bytes) -> None:
    """The last line of what it said, and what to do."""
    with pytest.raises(ObservationError, match=r"MemoryError: no room.*reset the machine"):
        observe(Machine(stdout), "m", [request_for(File("/x"), {})])  # type: ignore[arg-type]
