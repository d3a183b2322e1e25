"""ttyd: one byte for the kind before each message (src/server.h and src/protocol.c of 1.7)."""

import json

from websockets.typing import Subprotocol

from tests.load.peers.client import PeerTerminal

INPUT, RESIZE = b"0", b"1"
OUTPUT = b"0"


class TtydTerminal(PeerTerminal):
    """A connection has a shell of its own, which ends with it."""

    path = "/ws"
    subprotocols = (Subprotocol("tty"),)

    def keys(self, data: bytes) -> bytes:
        """Return the message of these keystrokes."""
        return INPUT + data

    def size(self, columns: int, rows: int) -> bytes:
        """Return the message of a window's size."""
        return RESIZE + json.dumps({"columns": columns, "rows": rows}).encode()

    def printed(self, message: str | bytes) -> bytes:
        """Return what was printed; title and preferences are about something else."""
        assert isinstance(message, bytes)
        return message.removeprefix(OUTPUT) if message.startswith(OUTPUT) else b""

    async def _greet(self, columns: int, rows: int) -> None:
        # The shell starts with this message and has its size.
        await self._socket.send(json.dumps({"AuthToken": "", "columns": columns, "rows": rows}).encode())


def argv(_folder: str, port: int, shell: str) -> list[str]:
    """Return the command that serves terminals of this shell."""
    return ["ttyd", "--interface", "127.0.0.1", "--port", str(port), "--writable", shell]
