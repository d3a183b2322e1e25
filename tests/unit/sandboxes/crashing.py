"""An engine whose caller is killed in the middle: just before one of its calls, or just after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from slipway.engine.port import Capacity, Disk, Engine, ExecResult, Machine, MachineSpec

T = TypeVar("T")


class KilledError(BaseException):
    """The worker is killed here. No handler of the program's own may catch it, as none catches a SIGKILL."""


@dataclass
class CrashingEngine:
    """Pass calls on; after `calls_left` moments (two to a call) the caller dies, once."""

    inner: Engine
    moments_left: int | None = None

    def _moment(self) -> None:
        if self.moments_left is None:
            return
        if self.moments_left == 0:
            self.moments_left = None
            raise KilledError
        self.moments_left -= 1

    def _pass_on(self, call: Callable[[], T]) -> T:
        self._moment()
        result = call()
        self._moment()
        return result

    def ping(self) -> str:
        """Pass on."""
        return self._pass_on(self.inner.ping)

    def start_machine(self, spec: MachineSpec) -> None:
        """Pass on."""
        self._pass_on(lambda: self.inner.start_machine(spec))

    def stop_machine(self, name: str) -> None:
        """Pass on."""
        self._pass_on(lambda: self.inner.stop_machine(name))

    def machines(self) -> list[Machine]:
        """Pass on."""
        return self._pass_on(self.inner.machines)

    def capacity(self) -> Capacity:
        """Pass on."""
        return self._pass_on(self.inner.capacity)

    def disks(self) -> list[Disk]:
        """Pass on."""
        return self._pass_on(self.inner.disks)

    def copy_disk(self, source: str, target: str, *, floor_bytes: int = 0) -> None:
        """Pass on."""
        self._pass_on(lambda: self.inner.copy_disk(source, target, floor_bytes=floor_bytes))

    def pack_disk(self, name: str, *, floor_bytes: int = 0) -> None:
        """Pass on."""
        self._pass_on(lambda: self.inner.pack_disk(name, floor_bytes=floor_bytes))

    def unpack_disk(self, name: str, *, floor_bytes: int = 0) -> None:
        """Pass on."""
        self._pass_on(lambda: self.inner.unpack_disk(name, floor_bytes=floor_bytes))

    def delete_disk(self, name: str) -> None:
        """Pass on."""
        self._pass_on(lambda: self.inner.delete_disk(name))

    def run(
        self, machine: str, argv: Sequence[str], *, timeout_seconds: float = 20.0, max_bytes: int = 1024 * 1024
    ) -> ExecResult:
        """Pass on."""
        return self._pass_on(
            lambda: self.inner.run(machine, argv, timeout_seconds=timeout_seconds, max_bytes=max_bytes)
        )
