"""Questions between gates: one line of JSON each way. Whoever asks is a command, which waits; the gate answers."""

import json
import socket
import ssl
from typing import Any

from slipway.gate.address import GateAddress

MAX_BYTES = 64 * 1024
SECONDS = 15.0


class AskingError(Exception):
    """The other gate did not answer, or refused; the text says what to do next."""


def connect(where: GateAddress, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Return a connection to a gate. Raise `AskingError`."""
    try:
        plain = socket.create_connection((where.host, where.port), timeout=SECONDS)
    except OSError as error:
        raise AskingError(
            f"Nobody answers at {where} ({error.strerror or error}). Is Slipway up there, and does a firewall let this"
            " host reach that port?"
        ) from error
    try:
        return context.wrap_socket(plain)
    except OSError as error:
        plain.close()
        raise AskingError(f"What answers at {where} is not the gate that is known here ({error}).") from error


def is_open(where: GateAddress) -> bool:
    """Tell whether anybody listens at an address."""
    try:
        socket.create_connection((where.host, where.port), timeout=2).close()
    except OSError:
        return False
    return True


def ask(connection: ssl.SSLSocket, question: dict[str, object]) -> dict[str, Any]:
    """Send a question and return its answer. Raise `AskingError` when it is refused or does not come."""
    try:
        connection.sendall(json.dumps(question).encode() + b"\n")
        line = b""
        while not line.endswith(b"\n") and (data := connection.recv(MAX_BYTES)):
            line += data
            if len(line) > MAX_BYTES:
                raise AskingError("The other gate says more than an answer holds.")
    except OSError as error:
        raise AskingError(f"The other gate ended the connection ({error}). It does not know this host.") from error
    return read(line)


def read(line: bytes) -> dict[str, Any]:
    """Return what a line says. Raise `AskingError` where it is a refusal, or nothing of ours."""
    try:
        found = json.loads(line)
    except ValueError as error:
        raise AskingError("The other gate did not answer. It may not know this host any more.") from error
    if not isinstance(found, dict):
        raise AskingError("The other gate said something that is no answer.")
    if "error" in found:
        raise AskingError(str(found["error"])[:500])
    return found
