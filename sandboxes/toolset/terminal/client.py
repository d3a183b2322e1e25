"""One page's connection: the descriptors of its exec, what it still has to be told, and how far it got."""

import os
import socket
import time

import wire
from ring import Ring

ACK_SECONDS = 0.01
READ_BYTES = 64 * 1024
OUTPUT_BYTES = 32 * 1024


class GoneError(Exception):
    """The client ended, or broke the protocol."""


class Client:
    """What is queued for a client is bounded: what is under way, one ACK, one RESYNC; output waits in the ring."""

    def __init__(self, link: socket.socket, source: int, sink: int) -> None:
        os.set_blocking(source, False)
        os.set_blocking(sink, False)
        self.link, self.source, self.sink = link, source, sink
        self.name: bytes | None = None
        self.offset = 0
        self.blocked_since: float | None = None
        self.told_exit = False
        self.ack_by: float | None = None
        self._reader = wire.Reader()
        self._out = memoryview(b"")
        self._welcome: bytes | None = None
        self._ack: int | None = None
        self._resync: int | None = None

    @property
    def only_acks(self) -> bool:
        """Return whether an ACK is all that there is to tell."""
        return self._ack is not None and self._resync is None and self._welcome is None and not self._out

    @property
    def waiting(self) -> bool:
        """Return whether bytes for this client lie here because its pipe is full."""
        return bool(self._out)

    def receive(self) -> list[tuple[int, bytes]]:
        """Return the messages that have come. Raise `GoneError` at the end, `wire.FrameError` at nonsense."""
        try:
            data = os.read(self.source, READ_BYTES)
        except BlockingIOError:
            return []
        except OSError as error:
            raise GoneError from error
        if not data:
            raise GoneError
        return self._reader.feed(data)

    def join(self, name: bytes, offset: int, welcome: bytes) -> None:
        """Make this the client of that name, who gets the output from `offset` on."""
        self.name, self.offset, self._welcome = name, offset, welcome

    def accept(self, count: int) -> None:
        """Tell how much input is accepted: together with its echo, or by itself when none comes soon."""
        self._ack = count
        self.ack_by = self.ack_by or time.monotonic() + ACK_SECONDS

    def refuse(self, count: int) -> None:
        """Tell where input has to go on."""
        self._resync = count

    def send(self, ring: Ring, exit_status: int | None) -> None:
        """Write what the pipe takes. Raise `GoneError` when nobody reads any more."""
        while self._out or self._next_frames(ring, exit_status):
            try:
                taken = os.write(self.sink, self._out)
            except BlockingIOError:
                self.blocked_since = self.blocked_since or time.monotonic()
                return
            except OSError as error:
                raise GoneError from error
            self.blocked_since = None
            self._out = self._out[taken:]

    def _next_frames(self, ring: Ring, exit_status: int | None) -> bool:
        """Put the next frames under way, those that are there together. Return whether there were any."""
        frames = []
        if self._welcome is not None:
            frames.append(self._welcome)
        if self._resync is not None:
            frames.append(wire.resync(self._resync))
        if self._ack is not None:
            frames.append(wire.input_ack(self._ack))
        self._welcome = self._resync = self._ack = self.ack_by = None
        if self.name is not None and self.offset < ring.end:
            data = ring.read(self.offset, OUTPUT_BYTES)
            frames.append(wire.output(self.offset, data))
            self.offset += len(data)
        elif self.name is not None and exit_status is not None and not self.told_exit:
            frames.append(wire.ended(exit_status))
            self.told_exit = True
        self._out = memoryview(b"".join(frames))
        return bool(frames)

    def close(self) -> None:
        """Let go of the exec: attach.py sees its link end and ends too."""
        os.close(self.source)
        os.close(self.sink)
        self.link.close()
