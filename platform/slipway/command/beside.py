"""A program that runs beside the steps that follow, until its own step waits for it."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from slipway.command.steplog import StepLog, end_all, explain, spawn

POLL_SECONDS = 0.05


class Beside:
    """Starts on entering the block, and has ended when the block is left, whichever way."""

    def __init__(self, argv: Sequence[str], *, environment: Mapping[str, str], output: Path) -> None:
        self._argv, self._environment, self._output = argv, environment, output

    def __enter__(self) -> Self:
        self._output.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._output.open("wb") as file:
            self._process = spawn(self._argv, self._environment, file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            end_all(self._process)

    def wait(self, log: StepLog) -> None:
        """Pass on what it says until it ends; raise `CommandError` when it failed."""
        with self._output.open("rb") as said:
            while (status := self._process.poll()) is None:
                self._pass_on(said.read(), log)
                time.sleep(POLL_SECONDS)
            self._pass_on(said.read(), log)
        explain(self._argv, status)

    def _pass_on(self, said: bytes, log: StepLog) -> None:
        if said:
            log.write(said.decode(errors="replace"))
