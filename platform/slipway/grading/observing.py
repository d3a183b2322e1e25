"""Send the observer into a machine and read what it found. The only IO is one call of the engine, rarely more."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from slipway.engine.port import Engine, EngineError
from slipway.grading.judging import Observations, Request
from slipway.grading.observer import limits
from slipway.grading.slimming import slim

PYTHON = ("/opt/slipway/python", "-I", "-S", "-c")
# Linux takes 128 KiB for one argument; both arguments stay well below.
MAX_ARGUMENT_BYTES = 100 * 1024
TIMEOUT_SECONDS = limits.TOTAL_SECONDS + 3
_PACKAGE = "slipway.grading.observer"


class ObservationError(EngineError):
    """The observer itself could not run; nothing is known of the machine's state."""


@cache
def source() -> str:
    """Return the program that observes: its first module, and the sources of the others as data."""
    folder = resources.files(_PACKAGE)
    names = sorted(path.name.removesuffix(".py") for path in folder.iterdir() if path.name.endswith(".py"))
    modules = {f"{_PACKAGE}.{name}": slim((folder / f"{name}.py").read_text()) for name in names if name[0] != "_"}
    bootstrap = modules.pop(f"{_PACKAGE}.bootstrap")
    packages = {"slipway": "", "slipway.grading": "", _PACKAGE: ""}
    return f"{bootstrap}\nstart({packages | modules!r})\n"


def argv_for(requests: Sequence[Request]) -> list[str]:
    """Return the command that observes these."""
    asked = {request.key: dict(request.spec) for request in requests}
    return [*PYTHON, source(), json.dumps(asked, separators=(",", ":"))]


def observe(engine: Engine, machine: str, requests: Sequence[Request]) -> Observations:
    """Observe a machine. Raise `ObservationError` when the observer cannot run there, and what the engine raises."""
    facts: dict[str, object] = {}
    failures: dict[str, str] = {}
    for portion in _portions(requests):
        found = _observe(engine, machine, portion)
        facts |= found.facts
        failures |= found.failures
    return Observations(facts, failures)


def _observe(engine: Engine, machine: str, requests: Sequence[Request]) -> Observations:
    ended = engine.run(machine, argv_for(requests), timeout_seconds=TIMEOUT_SECONDS)
    try:
        found = json.loads(ended.stdout)
        return Observations(dict(found["facts"]), dict(found["failures"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        words = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        raise ObservationError(
            f"The machine could not be looked at (status {ended.exit_status}; {words or 'it said nothing'})."
            " Check again; if it stays so, reset the machine."
        ) from error


def _portions(requests: Sequence[Request]) -> Iterator[list[Request]]:
    """Divide requests so that each portion fits into one argument."""
    portion: list[Request] = []
    size = 0
    for request in requests:
        length = len(json.dumps(dict(request.spec))) + len(request.key) + 8
        if portion and size + length > MAX_ARGUMENT_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(request)
        size += length
    if portion:
        yield portion
