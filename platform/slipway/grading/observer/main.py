"""Observe what was asked for, one thing after the other, each within its time. Standard library alone.

A worker process observes; when one thing takes too long or ends the worker, the worker is killed and another one goes
on with the next. So nothing that a machine does can hold up more than its own observation.
"""

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slipway.grading.observer import limits

Spec = Mapping[str, Any]
Outcome = tuple[str, Any]

_PACKAGE = "slipway.grading.observer"
_MODULES = {
    "container": "containers",
    "containers": "containers",
    "image": "containers",
    "network": "containers",
    "volume": "containers",
    "file": "files",
    "process": "processes",
    "port": "ports",
    "http": "web",
    "hub": "hub",
    "command": "commands",
    "script": "commands",
    "vm": "vms",
}


def main(argument: str) -> None:
    """Print the observations for a JSON object of requests by key: `{"facts": {…}, "failures": {…}}`."""
    requests: dict[str, Spec] = json.loads(argument)
    found: dict[str, dict[str, Any]] = {"facts": {}, "failures": {}}
    room = limits.MAX_TOTAL_BYTES
    for key, (outcome, value) in zip(requests, observe_all(list(requests.values())), strict=True):
        room -= len(limits.json_bytes(value))
        if room < 0:
            outcome, value = "failures", "the machine says too much at once"  # noqa: PLW2901  (it replaces the value)
        found[outcome][key] = value
    sys.stdout.buffer.write(limits.json_bytes(found))
    sys.stdout.flush()


def observe_all(specs: Sequence[Spec]) -> list[Outcome]:
    """Return `("facts", …)` or `("failures", why)` for each request, in order."""
    end = time.monotonic() + limits.TOTAL_SECONDS
    outcomes: list[Outcome] = []
    while len(outcomes) < len(specs):
        if time.monotonic() >= end:
            outcomes.append(("failures", f"all checks together took longer than {limits.TOTAL_SECONDS:g} s"))
            continue
        try:
            outcomes += _work(specs[len(outcomes) :], end)
        except OSError as error:
            outcomes.append(("failures", f"the machine has no room for another process ({error.strerror})"))
    return outcomes


def _work(specs: Sequence[Spec], end: float) -> list[Outcome]:
    """Let a worker observe; return what it found, and the failure of the one at which it had to be ended."""
    reader, writer = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.close(reader)
        _serve(specs, writer)
    os.close(writer)
    try:
        return _collect(specs, reader, end)
    finally:
        os.close(reader)
        _end(worker)


def _serve(specs: Sequence[Spec], writer: int) -> None:
    """Observe one after the other and write a line of JSON for each. Never returns."""
    os.setsid()
    try:
        for spec in specs:
            line = limits.json_bytes(_observe(spec)) + b"\n"
            while line:
                line = line[os.write(writer, line) :]
    finally:
        os._exit(0)


def _observe(spec: Spec) -> Outcome:
    try:
        module = __import__(f"{_PACKAGE}.{_MODULES[spec['kind']]}", fromlist=["observe"])
        observe: Callable[[Spec], dict[str, Any]] = module.observe
        fact = observe(spec)
    except limits.CannotObserveError as reason:
        return "failures", str(reason)
    except OSError as error:
        return "failures", f"the machine answers: {error.strerror or error}"
    except Exception as error:  # noqa: BLE001  (one odd observation must not end the others)
        return "failures", f"{type(error).__name__}: {error}"[:200]
    if len(limits.json_bytes(fact)) > limits.MAX_FACT_BYTES:
        return "failures", "there is too much of it"
    return "facts", fact


def _collect(specs: Sequence[Spec], reader: int, end: float) -> list[Outcome]:
    outcomes: list[Outcome] = []
    buffer = b""
    ready = select.poll()
    ready.register(reader, select.POLLIN)
    for spec in specs:
        seconds = float(spec.get("timeout_seconds", limits.DEFAULT_SECONDS))
        until = min(time.monotonic() + seconds + limits.GRACE_SECONDS, end)
        while b"\n" not in buffer:
            left = until - time.monotonic()
            if left <= 0 or not ready.poll(left * 1000):
                return [*outcomes, ("failures", f"it took longer than {seconds:g} s")]
            data = os.read(reader, 65536)
            if not data:
                return [*outcomes, ("failures", "the observer was ended from outside")]
            buffer += data
        line, _, buffer = buffer.partition(b"\n")
        outcome, value = json.loads(line)
        outcomes.append((outcome, value))
    return outcomes


def _end(worker: int) -> None:
    """Kill a worker with all that it started, and wait for it. One that ended by itself left nothing behind."""
    if os.waitpid(worker, os.WNOHANG)[0] == worker:
        return
    for kill in (os.killpg, os.kill):
        try:
            kill(worker, signal.SIGKILL)
        except ProcessLookupError:
            continue
    os.waitpid(worker, 0)
    processes = __import__(f"{_PACKAGE}.processes", fromlist=["kill_marked"])
    processes.kill_marked(worker)
