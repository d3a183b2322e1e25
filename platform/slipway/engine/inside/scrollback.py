"""Print what the machine's terminals have printed last, as JSON: base64 by terminal.

It joins each terminal's holder as a page does, and reads its replay (sandboxes/toolset/terminal/holder.py; the frames
are described in platform/slipway/terminal/frames.py). A terminal without a holder is left alone.
"""

import array
import base64
import contextlib
import json
import os
import select
import socket
import struct
import sys
import time
from pathlib import Path

TERMINALS = Path("/run/slipway")
DEVICES = Path("/dev/pts")
KEPT_BYTES = 60 * 1024
SECONDS = 2.0
HELLO, WELCOME, OUTPUT = 0x01, 0x81, 0x82
MAX_MESSAGE = 1 + 8 + 64 * 1024
COLUMNS, ROWS = 80, 24


class HolderError(Exception):
    """What answers is no holder, or does not answer."""


def last_output(path: str) -> bytes:
    """Return what a terminal has printed last, from the beginning of a line on."""
    with socket.socket(socket.AF_UNIX) as link, contextlib.ExitStack() as pipes:
        link.settimeout(SECONDS)
        link.connect(path)
        source, typed = os.pipe()
        printed, sink = os.pipe()
        for descriptor in (source, typed, printed, sink):
            pipes.callback(os.close, descriptor)
        link.sendmsg([b"0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [source, sink]))])
        if not link.recv(1):
            raise HolderError(path)
        columns, rows = size()
        hello = struct.pack(">B16s8sQIHH", HELLO, os.urandom(16), bytes(8), 0, 0, columns, rows)
        os.write(typed, struct.pack(">I", len(hello)) + hello)
        return replay(printed)


def size() -> tuple[int, int]:
    """Return the size of the machine's first terminal, so that joining it changes nothing."""
    for path in sorted(DEVICES.glob("[0-9]*")):
        with contextlib.suppress(OSError):
            device = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
            try:
                found = os.get_terminal_size(device)
            finally:
                os.close(device)
            if 0 < found.columns <= 1000 and 0 < found.lines <= 500:  # noqa: PLR2004  (the protocol's bounds)
                return found.columns, found.lines
    return COLUMNS, ROWS


def replay(printed: int) -> bytes:
    """Read a holder's answer to its end and return the last of it."""
    deadline = time.monotonic() + SECONDS
    buffer, kept, end, cut = b"", b"", None, False
    while end is None or end > 0:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([printed], [], [], left)[0]:
            raise HolderError("no answer in time")
        buffer += os.read(printed, 65536)
        while len(buffer) >= 4 and len(buffer) >= 4 + (length := int.from_bytes(buffer[:4], "big")):  # noqa: PLR2004
            if not 1 <= length <= MAX_MESSAGE:
                raise HolderError("no frame")
            message, buffer = buffer[4 : 4 + length], buffer[4 + length :]
            if message[0] == WELCOME:
                start, until = struct.unpack_from(">QQ", message, 9)
                end, cut = until - start, start > 0
            elif message[0] == OUTPUT and end is not None:
                data = message[9:][:end]
                end -= len(data)
                kept, cut = (kept + data)[-KEPT_BYTES:], cut or len(kept) + len(data) > KEPT_BYTES
    return kept[kept.find(b"\n") + 1 :] if cut else kept


def main() -> None:
    """Ask one terminal after the other."""
    found = {}
    for path in sorted(TERMINALS.glob("terminal-[1-9]")):
        with contextlib.suppress(OSError, HolderError, struct.error):
            found[path.name[-1]] = base64.b64encode(last_output(str(path))).decode()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
