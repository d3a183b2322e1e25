"""Hold one terminal of this machine: its shell, what it printed last, and the pages that look at it.

One process without threads, started by attach.py and independent of it: it outlives every page, the web process and
the worker, and ends with its shell. The protocol is in platform/slipway/terminal/frames.py.
"""

import array
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from functools import partial

import wire
from client import Client, GoneError
from ring import Ring, Typed
from shell import Shell

RING_BYTES = 256 * 1024
READ_BYTES = 64 * 1024
TYPED_BYTES = 64 * 1024
CLIENTS_REMEMBERED = 16
REPLAY_CUT_BYTES = 4096
STALLED_SECONDS = 30.0
NUDGE_SECONDS = 0.05
FAREWELL_SECONDS = 5.0
STILLBORN_SECONDS = 1.0
DEAF_SECONDS = 0.5


class Holder:
    """The event loop and all its state. `stalled_seconds` is how long one client may hold up the others."""

    def __init__(self, listener: socket.socket, stalled_seconds: float = STALLED_SECONDS) -> None:
        self._listener = listener
        self._stalled_seconds = stalled_seconds
        self._boot = os.urandom(8)
        self._ring = Ring(RING_BYTES)
        self._typed = Typed(CLIENTS_REMEMBERED)
        self._keys = bytearray()
        self._clients: list[Client] = []
        self._size = (80, 24)
        self._nudge_at: float | None = None
        self._deaf_until = 0.0
        self._exit_status: int | None = None
        self._leave_at = float("inf")
        self._selector = selectors.DefaultSelector()
        self._listener.setblocking(False)
        self._watch(self._listener.fileno(), selectors.EVENT_READ, self._accept)
        self._start_shell(rescue=False)

    def run(self) -> None:
        """Serve until the shell has ended and everyone who looks has been told, or a few seconds have passed."""
        while self._exit_status is None or (self._untold() and time.monotonic() < self._leave_at):
            self._set_interests()
            for key, events in self._selector.select(self._timeout()):
                known = self._selector.get_map().get(key.fd)
                # What came before in this round may have closed it, and its number may be another's already.
                if known is not None and known.data is key.data:
                    key.data(events)
            self._act_on_time()
        for client in list(self._clients):
            self._drop(client)

    # The shell and its terminal

    def _start_shell(self, *, rescue: bool) -> None:
        self._started_at = time.monotonic()
        self._rescued = rescue
        self._was_typed_to = False
        self._shell = Shell(self._boot, rescue=rescue)
        self._shell.resize(*self._size)
        self._watch(self._shell.process, selectors.EVENT_READ, self._shell_ended)

    def _on_terminal(self, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self._type()
        if events & selectors.EVENT_READ:
            self._read_terminal()

    def _type(self) -> None:
        """Write keys to the terminal as far as it takes them."""
        try:
            del self._keys[: os.write(self._shell.terminal, self._keys)]
        except BlockingIOError:
            return
        except OSError:
            self._keys.clear()

    def _read_terminal(self) -> None:
        """Read what there is, for a terminal gives at most a page at a time, and pass it on."""
        room = min(self._room(), READ_BYTES)
        while room > 0:
            try:
                data = os.read(self._shell.terminal, room)
            except BlockingIOError:
                break
            except OSError:
                # Nobody has the terminal open at this moment: asking again at once would be a busy loop.
                self._deaf_until = time.monotonic() + DEAF_SECONDS
                break
            self._ring.append(data)
            room -= len(data)
        self._send_all()

    def _room(self) -> int:
        """Return how much may be printed before a client would lose some."""
        behind = [client.offset for client in self._clients if client.name is not None]
        return self._ring.size - (self._ring.end - min(behind, default=self._ring.end))

    def _shell_ended(self, _events: int) -> None:
        self._selector.unregister(self._shell.process)
        self._read_terminal()
        self._forget(self._shell.terminal)
        status = self._shell.wait()
        self._shell.close()
        stillborn = time.monotonic() - self._started_at < STILLBORN_SECONDS and not self._was_typed_to
        if stillborn and not self._rescued:
            # A bash that cannot run, or an exit in ~/.bashrc: without this, nobody could get in to mend it.
            self._start_shell(rescue=True)
            return
        self._exit_status = status
        self._leave_at = time.monotonic() + FAREWELL_SECONDS
        # From here on a new attach finds nobody listening and starts the next shell.
        self._selector.unregister(self._listener)
        self._listener.close()
        self._send_all()

    # Clients

    def _accept(self, _events: int) -> None:
        """Take a new attach: it sends its standard input and output, and hears one byte when they have come."""
        link, _ = self._listener.accept()
        link.settimeout(1.0)
        try:
            descriptors = array.array("i")
            _, ancillary, _, _ = link.recvmsg(1, socket.CMSG_SPACE(2 * descriptors.itemsize), socket.MSG_CMSG_CLOEXEC)
            for level, kind, data in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                    descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
            source, sink = descriptors
            link.send(b"+")
        except (OSError, ValueError):
            for descriptor in descriptors:
                os.close(descriptor)
            link.close()
            return
        link.setblocking(False)
        client = Client(link, source, sink)
        self._clients.append(client)
        self._watch(link.fileno(), selectors.EVENT_READ, lambda _events: self._drop(client))

    def _on_client(self, client: Client, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                for opcode, payload in client.receive():
                    self._handle(client, opcode, payload)
            if client in self._clients and not (events and client.only_acks):
                client.send(self._ring, self._exit_status)
        except (GoneError, wire.FrameError):
            self._drop(client)

    def _handle(self, client: Client, opcode: int, payload: bytes) -> None:
        if opcode == wire.HELLO and client.name is None:
            self._welcome(client, payload)
        elif opcode == wire.INPUT and client.name is not None:
            self._take(client, client.name, payload)
        elif opcode == wire.RESIZE and client.name is not None:
            self._resize(*wire.read_size(payload))
        else:
            raise wire.FrameError(f"opcode {opcode:#04x} has no place here")

    def _welcome(self, client: Client, payload: bytes) -> None:
        """Let a client in: the newest connection of a page takes the place of its older one."""
        name, boot, wanted, context, columns, rows = wire.read_hello(payload)
        for other in [other for other in self._clients if other.name == name]:
            self._drop(other)
        self._resize(columns, rows)
        known = boot == self._boot and self._ring.start <= wanted <= self._ring.end
        flags = wire.BUSY if self._exit_status is None and self._shell.busy else 0
        if known:
            offset = max(self._ring.start, wanted - context)
        else:
            offset = self._ring.line_start(REPLAY_CUT_BYTES)
            flags |= wire.RESET
        if flags == wire.BUSY | wire.RESET:
            self._nudge()
        accepted = self._typed.accepted(name)
        replay = (offset, self._ring.end)
        client.join(name, offset, wire.welcome(self._boot, replay, flags, accepted, self._size))

    def _take(self, client: Client, name: bytes, payload: bytes) -> None:
        """Queue what was typed, once: a repeated part is dropped, a gap refused."""
        new = self._typed.take(name, *wire.read_input(payload))
        if new is None:
            client.refuse(self._typed.accepted(name))
            return
        client.accept(self._typed.accepted(name))
        if self._exit_status is None:
            self._keys += new
            self._was_typed_to = True
            self._type()

    def _resize(self, columns: int, rows: int) -> None:
        self._size = (columns, rows)
        self._nudge_at = None
        if self._exit_status is None:
            self._shell.resize(columns, rows)

    def _nudge(self) -> None:
        """Make a full-screen program draw anew: it does when it finds another size, and when that is put right."""
        columns, rows = self._size
        self._shell.resize(columns, rows - 1 or rows + 1)
        self._nudge_at = time.monotonic() + NUDGE_SECONDS

    def _send_all(self) -> None:
        for client in list(self._clients):
            if not client.waiting:
                self._on_client(client, 0)

    def _untold(self) -> bool:
        return any(client.name is not None and (client.waiting or not client.told_exit) for client in self._clients)

    def _drop(self, client: Client) -> None:
        self._clients.remove(client)
        for descriptor in (client.source, client.sink, client.link.fileno()):
            self._forget(descriptor)
        client.close()

    # Time and descriptors

    def _act_on_time(self) -> None:
        now = time.monotonic()
        if self._nudge_at is not None and now >= self._nudge_at:
            self._resize(*self._size)
        for client in list(self._clients):
            if client.ack_by is not None and now >= client.ack_by and not client.waiting:
                self._on_client(client, 0)
        if self._room() > 0:
            return
        up_to_date = any(client.offset == self._ring.end and not client.waiting for client in self._clients)
        for client in list(self._clients):
            since = client.blocked_since
            if up_to_date and since is not None and now - since > self._stalled_seconds:
                self._drop(client)

    def _timeout(self) -> float | None:
        """Return how long nothing may happen: none, or until the nearest thing that time brings."""
        now = time.monotonic()
        times = [self._nudge_at] if self._nudge_at is not None else []
        times += [client.ack_by for client in self._clients if client.ack_by is not None and not client.waiting]
        if self._deaf_until > now:
            times.append(self._deaf_until)
        if self._exit_status is not None or self._room() == 0:
            times.append(now + 1.0)
        return max(0.0, min(times) - now) if times else None

    def _set_interests(self) -> None:
        """Watch each descriptor for what can be dealt with now: this is where a full buffer holds up its source."""
        crowded = len(self._keys) >= TYPED_BYTES
        for client in self._clients:
            action = partial(self._on_client, client)
            self._watch(client.source, 0 if crowded else selectors.EVENT_READ, action)
            self._watch(client.sink, selectors.EVENT_WRITE if client.waiting else 0, action)
        if self._exit_status is None:
            hearing = self._room() > 0 and time.monotonic() >= self._deaf_until
            wanted = selectors.EVENT_READ if hearing else 0
            self._watch(self._shell.terminal, wanted | (selectors.EVENT_WRITE if self._keys else 0), self._on_terminal)

    def _watch(self, descriptor: int, events: int, action: Callable[[int], None]) -> None:
        known = self._selector.get_map().get(descriptor)
        if known is None:
            if events:
                self._selector.register(descriptor, events, action)
        elif not events:
            self._selector.unregister(descriptor)
        elif known.events != events:
            self._selector.modify(descriptor, events, action)

    def _forget(self, descriptor: int) -> None:
        if self._selector.get_map().get(descriptor) is not None:
            self._selector.unregister(descriptor)


def main(listener: socket.socket) -> None:
    """Hold the terminal whose attaches come to `listener`, until its shell ends."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    Holder(listener).run()
