"""What every client of a terminal has in common, whosever terminal it is: measures drive them all by this."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Terminal(ABC):
    """One window on one terminal, not yet open when it is made."""

    _unread = b""

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @abstractmethod
    async def open(self, columns: int = 100, rows: int = 30) -> object:
        """Connect, or connect again after the connection was cut."""

    @abstractmethod
    async def close(self) -> None:
        """Leave."""

    @abstractmethod
    async def type(self, data: bytes) -> None:
        """Send keystrokes."""

    @abstractmethod
    async def _receive_output(self) -> bytes:
        """Return what the terminal printed next, of what has not been read."""

    async def read(self) -> bytes:
        """Return what the terminal printed next."""
        if self._unread:
            data, self._unread = self._unread, b""
            return data
        return await self._receive_output()

    async def read_until(self, end: bytes) -> bytes:
        """Return everything up to and with `end`; what came after it is read next."""
        seen, looked = bytearray(), 0
        while (at := seen.find(end, looked)) < 0:
            # Not all of it again: a server may send many megabytes before.
            looked = max(0, len(seen) - len(end) + 1)
            seen += await self.read()
        at += len(end)
        self._unread = bytes(seen[at:])
        return bytes(seen[:at])
