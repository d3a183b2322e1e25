"""Disks and images on their way from one engine to another, through this process: nothing of them is kept here."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

import docker.errors

from slipway.engine import wire
from slipway.engine.client import API_VERSION, Client
from slipway.engine.disk_store import HELPER, raise_reported
from slipway.engine.hosting import image_layers
from slipway.engine.port import DiskMissingError, EngineBusyError, EngineError
from slipway.engine.programs import INSIDE, PYTHON, joined

# A disk has 2 GiB at most by default; whoever is slower than 2 MB/s asks again.
SEND_SECONDS = 1200.0
# How long the other side may take nothing, as while its host writes.
STALL_SECONDS = 60.0
MAX_ANSWER_BYTES = 64 * 1024


def _command(*words: str) -> list[str]:
    return [*PYTHON, joined(INSIDE, ("disks", "sending")), *words]


@dataclass
class _Onward(wire.Output):
    """What a command writes, passed on as it comes; only complaints are kept."""

    to: socket.socket | None = None

    def add(self, stream: int, data: bytes) -> None:
        """Pass on what is meant for the other side, and wait until it takes it."""
        if stream == wire.STANDARD_ERROR or self.to is None:
            super().add(stream, data)
        else:
            self.to.settimeout(STALL_SECONDS)
            self.to.sendall(data)


def send_disk(source: Client, target: Client, name: str, *, floor_bytes: int) -> None:
    """Copy a disk to another engine. See `port.Engine.send_disk`."""
    deadline = time.monotonic() + SEND_SECONDS
    with (
        source.explained(f"Cannot send the disk {name}"),
        target.explained(f"Cannot take the disk {name}"),
        _exec(source, _command("send", name), deadline) as giving,
        _exec(target, _command("receive", name, str(floor_bytes)), deadline) as taking,
    ):
        onward = _Onward(MAX_ANSWER_BYTES, to=taking.connection)
        # Who refuses stops taking, and says why below.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            giving.read(onward, deadline)
        # What broke off on the way ends here, too: who takes knows it by the missing end.
        with contextlib.suppress(OSError):
            taking.connection.shutdown(socket.SHUT_WR)
        answer = wire.Output(MAX_ANSWER_BYTES)
        taking.read(answer, deadline)
        complaint = bytes(onward.streams[wire.STANDARD_ERROR]).decode(errors="replace").strip()
    if "there is no disk" in complaint:
        raise DiskMissingError(f"There is no disk {name!r}.")
    if complaint:
        raise EngineError(f"Cannot send the disk {name}: {complaint}.")
    try:
        raise_reported(json.loads(bytes(answer.streams[wire.STANDARD_OUTPUT])))
    except ValueError as error:
        said = bytes(answer.streams[wire.STANDARD_ERROR]).decode(errors="replace").strip()
        raise EngineBusyError(f"The disk {name} did not arrive ({said or 'the other engine went away'}).") from error


@dataclass(frozen=True, slots=True)
class _Exec:
    """A command that runs, and what of its output came with the engine's first answer."""

    connection: socket.socket
    begun: bytes

    def read(self, output: wire.Output, deadline: float) -> None:
        """Read the command's output to its end. TimeoutError when the deadline passed."""
        demultiplexer = wire.Demultiplexer(output)
        data = self.begun
        while data or (data := wire.receive(self.connection, deadline)):
            demultiplexer.feed(data)
            data = b""


@contextlib.contextmanager
def _exec(client: Client, argv: list[str], deadline: float) -> Iterator[_Exec]:
    execution = client.api.exec_create(HELPER, argv, stdin=True)["Id"]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(STALL_SECONDS)
        connection.connect(str(client.path))
        connection.sendall(wire.start_request(execution, API_VERSION))
        status, begun = wire.read_head(connection, deadline)
        if status not in wire.SWITCHED:
            raise wire.StreamError(begun.decode(errors="replace").strip(), status)
        yield _Exec(connection, begun)


def send_image(source: Client, target: Client, tag: str) -> None:
    """Copy an image to another engine. See `port.Engine.send_image`."""
    with source.explained(f"Cannot send the image {tag}"), target.explained(f"Cannot take the image {tag}"):
        try:
            if image_layers(target.api, tag) == image_layers(source.api, tag):
                return
        except docker.errors.ImageNotFound:
            pass
        else:
            raise EngineError(f"The other engine has another image of the name {tag}: its machines stand on that.")
        for event in target.api.load_image(source.api.get_image(tag), quiet=True):
            if "error" in event:
                raise EngineError(f"The other engine could not take the image {tag}: {event['error']}")
