"""The output of one command in a container, read from the engine's socket.

The SDK's own stream reads the response's head through a buffer and loses what it read beyond it (docker-py issues 425
and 3332).
"""

import json
import socket
import time
from dataclasses import dataclass, field
from typing import Final

HEAD_END: Final = b"\r\n\r\n"
MAX_HEAD_BYTES: Final = 65536
FRAME_HEAD_BYTES: Final = 8
# As the engine numbers them.
STANDARD_OUTPUT: Final = 1
STANDARD_ERROR: Final = 2
SWITCHED: Final = (101, 200)


class StreamError(Exception):
    """The engine refused to start the command (with an HTTP status) or broke off (without)."""

    def __init__(self, message: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)


@dataclass
class Output:
    """What a command wrote, up to a bound for both streams together; the rest is dropped."""

    max_bytes: int
    streams: dict[int, bytearray] = field(
        default_factory=lambda: {STANDARD_OUTPUT: bytearray(), STANDARD_ERROR: bytearray()}
    )
    truncated: bool = False

    def add(self, stream: int, data: bytes) -> None:
        """Keep what still fits."""
        room = self.max_bytes - sum(map(len, self.streams.values()))
        self.truncated = self.truncated or len(data) > room
        self.streams[STANDARD_ERROR if stream == STANDARD_ERROR else STANDARD_OUTPUT] += data[: max(room, 0)]


class Demultiplexer:
    """Take a stream of frames apart: stream number, three zero bytes, length as u32 big-endian, payload."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._head = bytearray()
        self._left = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes, however they were split."""
        at = 0
        while at < len(data):
            if not self._left:
                taken = data[at : at + FRAME_HEAD_BYTES - len(self._head)]
                self._head += taken
                at += len(taken)
                if len(self._head) == FRAME_HEAD_BYTES:
                    self._left = int.from_bytes(self._head[4:])
                    if not self._left:
                        self._head.clear()
                continue
            payload = data[at : at + self._left]
            self._output.add(self._head[0], payload)
            at += len(payload)
            self._left -= len(payload)
            if not self._left:
                self._head.clear()


def start_request(execution: str, version: str) -> bytes:
    """Return the request that starts a command and turns the connection into its stream."""
    body = json.dumps({"Detach": False, "Tty": False}).encode()
    head = (
        f"POST /v{version}/exec/{execution}/start HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def receive(connection: socket.socket, deadline: float) -> bytes:
    """Receive some bytes; none at the end. Raise TimeoutError when the deadline has passed."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)
    return connection.recv(65536)


def read_head(connection: socket.socket, deadline: float) -> tuple[int, bytes]:
    """Return the response's status and the bytes that came after its head."""
    received = b""
    while HEAD_END not in received:
        chunk = receive(connection, deadline)
        received += chunk
        if not chunk or len(received) > MAX_HEAD_BYTES:
            raise StreamError("the engine ended the connection")
    head, _, rest = received.partition(HEAD_END)
    return int(head.split(b" ", 2)[1]), rest


def collect(path: str, execution: str, *, version: str, deadline: float, max_bytes: int) -> Output:
    """Start a command and read its output to the end.

    `deadline` is on the monotonic clock: TimeoutError when it passed. OSError when the socket does not answer.
    """
    output = Output(max_bytes)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(max(deadline - time.monotonic(), 0.01))
        connection.connect(path)
        connection.sendall(start_request(execution, version))
        status, data = read_head(connection, deadline)
        if status not in SWITCHED:
            raise StreamError(data.decode(errors="replace").strip(), status)
        demultiplexer = Demultiplexer(output)
        while data or (data := receive(connection, deadline)):
            demultiplexer.feed(data)
            data = b""
    return output
