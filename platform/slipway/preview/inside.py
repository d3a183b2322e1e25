"""Join a stream with servers of the machine: frames on standard input and output, TCP connections to its loopback.

Sent in as source: standard library alone, and it leaves nothing behind. `frames.py` tells the protocol, whose numbers
stand here once more. One thread, no blocking: a socket is read while its other side has room, and while what waits for
standard output is little. It ends with its standard input.
"""

import contextlib
import errno
import fcntl
import json
import os
import select
import socket
import struct
import sys
import time
from collections import deque

HEADER = struct.Struct(">BII")
OPEN, DATA, END, RESET, CREDIT, WATCH, PORTS = range(1, 8)
REFUSED, LOST = b"\1", b"\2"
WINDOW = 512 * 1024
MAX_DATA = 128 * 1024
MOST_CONNECTIONS = 64
OUTPUT_BYTES = 512 * 1024
READ_BYTES = 256 * 1024
LISTENING = "0A"
INODE_COLUMN = 9
MAX_TABLE_BYTES = 1024 * 1024
MAX_PORTS = 64
F_SETPIPE_SZ = 1031
OURS = "/opt/slipway/"
# What a machine is made of, not what its learner runs: its Docker, and the stand-in for Docker Hub.
PARTS = {("containerd", None), ("dockerd", None), ("docker-registry", 443)}


class Connection:
    """A connection to a server; at first it is only on its way."""

    def __init__(self, number: int, port: int, hosts: list[str]) -> None:
        self.number = number
        self.port = port
        self.hosts = hosts
        self.sock: socket.socket
        self.has_socket = False
        self.is_open = False
        self.waiting: deque[bytes] = deque()
        self.is_ending = False
        self.has_ended = False
        self.allowance = WINDOW


class Helper:
    """All connections of one stream."""

    def __init__(self) -> None:
        self.poll = select.epoll()
        self.connections: dict[int, Connection] = {}
        self.of_descriptor: dict[int, Connection] = {}
        self.masks: dict[int, int] = {}
        self.input = b""
        self.output: deque[bytes] = deque()
        self.output_bytes = 0
        self.every = 0.0
        self.look_at: float | None = None
        self.sockets: dict[str, int] | None = None
        self.ports: list[tuple[int, str]] | None = None

    def run(self) -> None:
        """Serve until the stream ends."""
        for descriptor in (0, 1):
            os.set_blocking(descriptor, False)
        with contextlib.suppress(OSError):
            fcntl.fcntl(1, F_SETPIPE_SZ, 1024 * 1024)
        self.poll.register(0, select.EPOLLIN)
        self.poll.register(1, 0)
        while True:
            pause = -1 if self.look_at is None else max(0.0, self.look_at - time.monotonic())
            for descriptor, event in self.poll.poll(pause):
                if descriptor == 0:
                    if not self.take():
                        return
                elif descriptor == 1:
                    if event & (select.EPOLLERR | select.EPOLLHUP):
                        return
                    self.flush()
                elif descriptor in self.of_descriptor:
                    self.serve(self.of_descriptor[descriptor], event)
            if self.look_at is not None and time.monotonic() >= self.look_at:
                self.look()

    def take(self) -> bool:
        """Read frames; return whether there may be more."""
        data = os.read(0, READ_BYTES)
        if not data:
            return False
        data = self.input + data
        at = 0
        while len(data) - at >= HEADER.size:
            kind, number, length = HEADER.unpack_from(data, at)
            end = at + HEADER.size + length
            if len(data) < end:
                break
            self.act(kind, number, data[at + HEADER.size : end])
            at = end
        self.input = data[at:]
        return True

    def act(self, kind: int, number: int, data: bytes) -> None:
        """Do what a frame says. One for a connection that is gone comes too late."""
        if kind == OPEN:
            self.open(number, int.from_bytes(data, "big"))
            return
        if kind == WATCH:
            self.every = int.from_bytes(data, "big")
            self.ports = self.sockets = None
            self.look()
            return
        connection = self.connections.get(number)
        if connection is None:
            return
        if kind == DATA:
            connection.waiting.append(data)
            self.write(connection)
        elif kind == END:
            connection.is_ending = True
            self.write(connection)
        elif kind == RESET:
            self.drop(connection)
        elif kind == CREDIT:
            connection.allowance += int.from_bytes(data, "big")
            self.mind(connection)

    def open(self, number: int, port: int) -> None:
        """Begin a connection."""
        connection = Connection(number, port, ["127.0.0.1", "::1"])
        self.connections[number] = connection
        if len(self.connections) > MOST_CONNECTIONS:
            self.drop(connection, REFUSED)
        else:
            self.connect(connection)

    def connect(self, connection: Connection) -> None:
        """Try the next address; give up after the last."""
        while connection.hosts:
            host = connection.hosts.pop(0)
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            try:
                sock = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
            except OSError:
                continue
            error = sock.connect_ex((host, connection.port))
            if error not in (0, errno.EINPROGRESS):
                sock.close()
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sock = sock
            connection.has_socket = True
            self.of_descriptor[sock.fileno()] = connection
            self.masks[sock.fileno()] = 0
            self.poll.register(sock, 0)
            if error == 0:
                connection.is_open = True
                self.write(connection)
            else:
                self.mind(connection)
            return
        self.drop(connection, REFUSED)

    def serve(self, connection: Connection, event: int) -> None:
        """Go on with a connection that has something."""
        if not connection.is_open:
            if connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self.forget(connection)
                self.connect(connection)
                return
            connection.is_open = True
        if event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR) and not connection.has_ended:
            self.read(connection)
        if connection.has_socket and event & select.EPOLLOUT:
            self.write(connection)

    def read(self, connection: Connection) -> None:
        """Pass on what a server said, as far as there is room for it."""
        room = min(MAX_DATA, connection.allowance)
        if not room or self.output_bytes > OUTPUT_BYTES:
            self.mind(connection)
            return
        try:
            data = connection.sock.recv(room)
        except BlockingIOError:
            return
        except OSError:
            self.drop(connection, LOST)
            return
        if data:
            connection.allowance -= len(data)
            self.send(DATA, connection.number, data)
        else:
            connection.has_ended = True
            self.send(END, connection.number)
            if connection.is_ending and not connection.waiting:
                self.drop(connection)
                return
        self.mind(connection)

    def write(self, connection: Connection) -> None:
        """Give a server what waits for it, and say how much it took."""
        taken = 0
        try:
            while connection.is_open and connection.waiting:
                piece = connection.waiting[0]
                sent = connection.sock.send(piece)
                taken += sent
                if sent < len(piece):
                    connection.waiting[0] = piece[sent:]
                    break
                connection.waiting.popleft()
        except BlockingIOError:
            pass
        except OSError:
            # It closed, and may have said why before: what it said is read first.
            connection.waiting.clear()
        if taken:
            self.send(CREDIT, connection.number, taken.to_bytes(4, "big"))
        if connection.is_open and connection.is_ending and not connection.waiting:
            if connection.has_ended:
                self.drop(connection)
                return
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_WR)
        self.mind(connection)

    def mind(self, connection: Connection) -> None:
        """Listen to a socket for what can be done with it now."""
        if not connection.has_socket:
            return
        mask = 0
        if not connection.is_open or connection.waiting:
            mask |= select.EPOLLOUT
        if (
            connection.is_open
            and not connection.has_ended
            and connection.allowance
            and self.output_bytes <= OUTPUT_BYTES
        ):
            mask |= select.EPOLLIN
        descriptor = connection.sock.fileno()
        if self.masks[descriptor] == mask:
            return
        self.masks[descriptor] = mask
        # Without a mask it would still be told of a hang-up, again and again.
        if mask:
            try:
                self.poll.modify(descriptor, mask)
            except FileNotFoundError:
                self.poll.register(descriptor, mask)
        else:
            self.poll.unregister(descriptor)

    def forget(self, connection: Connection) -> None:
        """Close a connection's socket."""
        descriptor = connection.sock.fileno()
        with contextlib.suppress(OSError):
            self.poll.unregister(descriptor)
        del self.of_descriptor[descriptor], self.masks[descriptor]
        connection.sock.close()
        connection.has_socket = False
        connection.is_open = False

    def drop(self, connection: Connection, reason: bytes | None = None) -> None:
        """End a connection, and say why if the other side does not know."""
        if connection.has_socket:
            self.forget(connection)
        del self.connections[connection.number]
        if reason is not None:
            self.send(RESET, connection.number, reason)

    def send(self, kind: int, number: int, data: bytes = b"") -> None:
        """Have a frame written."""
        self.output.append(HEADER.pack(kind, number, len(data)) + data)
        self.output_bytes += HEADER.size + len(data)
        self.flush()

    def flush(self) -> None:
        """Write what waits for standard output, and go on reading where that was held up."""
        was_full = self.output_bytes > OUTPUT_BYTES
        try:
            while self.output:
                pieces = [self.output[at] for at in range(min(16, len(self.output)))]
                written = os.writev(1, pieces)
                self.output_bytes -= written
                while self.output and written >= len(self.output[0]):
                    written -= len(self.output.popleft())
                if written:
                    self.output[0] = self.output[0][written:]
        except BlockingIOError:
            pass
        self.poll.modify(1, select.EPOLLOUT if self.output else 0)
        if was_full != (self.output_bytes > OUTPUT_BYTES):
            for connection in list(self.connections.values()):
                self.mind(connection)

    def look(self) -> None:
        """Tell which ports are listened on, if that changed."""
        self.look_at = time.monotonic() + self.every if self.every else None
        sockets = listeners()
        if sockets == self.sockets:
            return
        self.sockets = sockets
        ports = named(sockets)
        if ports != self.ports:
            self.ports = ports
            self.send(PORTS, 0, json.dumps(ports).encode())


def listeners() -> dict[str, int]:
    """Return the listening sockets by inode: the port of each (columns: the kernel's proc_net_tcp.rst)."""
    found: dict[str, int] = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table, "rb") as file:
                lines = file.read(MAX_TABLE_BYTES).decode("ascii", "replace").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if len(fields) > INODE_COLUMN and fields[3] == LISTENING and is_reached(fields[1]):
                found[fields[INODE_COLUMN]] = int(fields[1].rpartition(":")[2], 16)
    return found


def is_reached(address: str) -> bool:
    """Tell whether a connection to 127.0.0.1 or ::1 comes to such a socket (words in the host's byte order)."""
    digits = address.partition(":")[0]
    return digits.strip("0") == "" or digits in ("0100007F", "0" * 24 + "01000000", "0" * 16 + "FFFF00000100007F")


def named(sockets: dict[str, int]) -> list[tuple[int, str]]:
    """Return port and program of each listener that is the learner's, in the order of ports."""
    programs: dict[str, str] = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for name in os.listdir(f"/proc/{pid}/fd"):
                link = os.readlink(f"/proc/{pid}/fd/{name}")
                if link.startswith("socket:[") and link[8:-1] in sockets:
                    with open(f"/proc/{pid}/comm", "rb") as file:
                        comm = file.read(64).decode("utf-8", "replace").strip()
                    programs[link[8:-1]] = OURS if os.readlink(f"/proc/{pid}/exe").startswith(OURS) else comm
        except OSError:
            continue  # It ended meanwhile, or closed a file.
    found: dict[int, str] = {}
    for inode, port in sockets.items():
        program = programs.get(inode, "")
        if program != OURS and not PARTS & {(program, None), (program, port)}:
            found.setdefault(port, program)
    return sorted(found.items())[:MAX_PORTS]


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        Helper().run()
    sys.exit(0)
