"""What of this host a machine must not reach: a port, a socket without a path, packets, shared memory."""

import contextlib
import ctypes
import secrets
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

IPC_CREAT, IPC_RMID = 0o1000, 0
TEST_NET = "192.0.2.1"
EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Beacon:
    """Where it is found."""

    token: str
    address: str
    port: int
    shared_memory: str


def own_address() -> str:
    """Return the address of this host that packets to the world would bear; the loopback's if it has no route."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((TEST_NET, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@contextlib.contextmanager
def lit(*addresses: str) -> Iterator[Beacon]:
    """Light it at the loopback's address and at these of this host, as far as they are."""
    token = secrets.token_hex(8)
    own = own_address()
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = int(first.getsockname()[1])
        nameless = stack.enter_context(socket.socket(socket.AF_UNIX))
        nameless.bind(f"\0slipway-escape-{token}")
        nameless.listen()
        listeners = [first, nameless]
        for address in {own, *addresses} - {"127.0.0.1"}:
            with contextlib.suppress(OSError):
                listeners.append(stack.enter_context(socket.create_server((address, port))))
        stop = threading.Event()
        threads = [threading.Thread(target=_answer, args=(listener, token, stop)) for listener in listeners]
        threads.append(threading.Thread(target=_send, args=(token, stop)))
        for thread in threads:
            thread.start()
        try:
            with _shared_memory() as key:
                yield Beacon(token, own, port, key)
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def _answer(listener: socket.socket, token: str, stop: threading.Event) -> None:
    """Tell the token to whoever connects."""
    listener.settimeout(EVERY_SECONDS * 4)
    while not stop.is_set():
        with contextlib.suppress(OSError):
            link, _ = listener.accept()
            with link:
                link.sendall(token.encode())


def _send(token: str, stop: threading.Event) -> None:
    """Send packets over the loopback, which whoever listens there hears."""
    with socket.socket(type=socket.SOCK_DGRAM) as mouth:
        while not stop.wait(EVERY_SECONDS):
            with contextlib.suppress(OSError):
                mouth.sendto(f"beacon {token}".encode(), ("127.0.0.1", 9))


@contextlib.contextmanager
def _shared_memory() -> Iterator[str]:
    """Make a segment of System V's shared memory and give its key, as /proc/sysvipc/shm has it."""
    libc = ctypes.CDLL(None, use_errno=True)
    key = secrets.randbits(30)
    segment = libc.shmget(key, ctypes.c_size_t(1), IPC_CREAT | 0o600)
    try:
        yield str(key)
    finally:
        libc.shmctl(segment, IPC_RMID, None)
