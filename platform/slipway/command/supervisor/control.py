"""Speaks with a supervisord: starts it, tells it what to run, heals what was left when it was killed, and ends it."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from slipway.command import processes
from slipway.command.errors import CommandError
from slipway.command.processes import Process
from slipway.command.steplog import StepLog
from slipway.command.supervisor import configuration, launch
from slipway.command.supervisor.configuration import Program

START_SECONDS = 15.0
# Longer than the longest stop_seconds of a program, since supervisord waits for its programs first.
STOP_SECONDS = 90.0
GRACE_SECONDS = 20.0
# Supervisord puts the first into the environment of its programs; we put the second into its own.
CHILD_MARK = "SUPERVISOR_SERVER_URL"
DAEMON_MARK = "SLIPWAY_SUPERVISORD"
WORKING = {"RUNNING", "STARTING"}


@dataclass(frozen=True, slots=True)
class State:
    """A program as supervisord sees it now."""

    name: str
    state: str
    pid: int
    explanation: str

    @property
    def is_running(self) -> bool:
        """Return whether it has been running long enough to be trusted."""
        return self.state == "RUNNING"


class Supervision:
    """The supervisord that has its socket in `folder`, running or not."""

    def __init__(self, *, identifier: str, folder: Path, logs: Path) -> None:
        self._identifier, self._folder, self._logs = identifier, folder, logs
        self._url = f"unix://{folder}/supervisor.sock"

    @property
    def log(self) -> Path:
        """Return the log of supervisord itself."""
        return self._logs / "supervisord.log"

    def states(self) -> list[State] | None:
        """Return all programs, or None when supervisord does not answer."""
        try:
            found = self._call("getAllProcessInfo")
        except (OSError, HTTPException, Fault):
            return None
        return [State(info["name"], info["statename"], info["pid"], info["spawnerr"]) for info in found]

    def environment(self, program: str) -> dict[str, str]:
        """Return what a program was started with; nothing where it was never started."""
        try:
            found = json.loads((self._folder / "programs.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        environment: dict[str, str] = found.get(program, {}).get("environment", {})
        return environment

    def apply(self, programs: Sequence[Program], log: StepLog) -> list[str]:
        """Run exactly these programs, and return the names of those that were started.

        What runs already and did not change is left alone.
        """
        self._write(programs)
        if self.states() is None:
            self._heal(log)
            self._start(log)
            return [program.name for program in programs]
        return self._update(log)

    def stop(self) -> None:
        """End all programs and supervisord. Not running counts as done, and orphans of a killed one are ended too."""
        with contextlib.suppress(OSError, HTTPException, Fault):
            self._call("shutdown")
        # It ends by itself once its programs have; only one that hangs, or was killed, leaves something to do.
        processes.await_end(self._daemons(), STOP_SECONDS)
        processes.end(self._left(), grace_seconds=GRACE_SECONDS)

    def orphans(self) -> list[Process]:
        """Return the processes of this supervisord's programs that lost it."""
        return self._children() if self.states() is None else []

    def _children(self) -> list[Process]:
        return list(processes.marked(CHILD_MARK, self._url))

    def _daemons(self) -> list[Process]:
        return list(processes.marked(DAEMON_MARK, self._url))

    def _left(self) -> list[Process]:
        return [*self._daemons(), *self._children()]

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, self._url)
        with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def _write(self, programs: Sequence[Program]) -> None:
        for folder in (self._folder, self._logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptions = self._folder / "programs.json"
        launcher = [sys.executable, "-I", "-S", str(launch.__file__), str(descriptions)]
        text = configuration.supervisord(
            identifier=self._identifier, folder=self._folder, logs=self._logs, launcher=launcher, programs=programs
        )
        _replace(descriptions, configuration.descriptions(programs))
        _replace(self._folder / "supervisord.conf", text)

    def _heal(self, log: StepLog) -> None:
        """End what a killed supervisord left: nobody would start it again when it dies, and it holds our sockets."""
        if left := self._left():
            log.write(f"supervisord is gone: ending what it left, {', '.join(str(process.pid) for process in left)}")
            processes.end(left, grace_seconds=GRACE_SECONDS)

    def _start(self, log: StepLog) -> None:
        (self._folder / "supervisor.sock").unlink(missing_ok=True)
        conf = str(self._folder / "supervisord.conf")
        argv = [sys.executable, "-P", "-m", "supervisor.supervisord", "-c", conf]
        log.run(argv, environment={**os.environ, DAEMON_MARK: self._url})
        deadline = time.monotonic() + START_SECONDS
        while self.states() is None:
            if time.monotonic() > deadline:
                raise CommandError(f"supervisord does not answer after {START_SECONDS:.0f} s.", f"read {self.log}.")
            time.sleep(0.05)

    def _update(self, log: StepLog) -> list[str]:
        [[added, changed, removed]] = self._call("reloadConfig")
        for name in [*changed, *removed]:
            log.write(f"stopping {name}")
            self._call("stopProcessGroup", name)
            self._call("removeProcessGroup", name)
        for name in [*added, *changed]:
            log.write(f"starting {name}")
            self._call("addProcessGroup", name)
        given_up = [state.name for state in self.states() or [] if state.state not in WORKING | {"BACKOFF"}]
        for name in given_up:
            log.write(f"starting {name} again")
            self._call("startProcess", name, False)
        return [*added, *changed, *given_up]


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
