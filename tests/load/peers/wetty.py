"""WeTTY: Socket.IO 4 over a WebSocket (Engine.IO's packet types before Socket.IO's, both one digit)."""

import json

from tests.load.peers.client import PeerTerminal

PING, PONG = "2", "3"
CONNECT, EVENT = "40", "42"
# So many characters are written until its page says so, and it prints on.
COMMIT_EVERY = 262144


class WettyTerminal(PeerTerminal):
    """A connection has a shell of its own, which ends with it."""

    path = "/wetty/socket.io/?EIO=4&transport=websocket"

    def keys(self, data: bytes) -> str:
        """Return the message of these keystrokes."""
        return _event("input", data.decode())

    def size(self, columns: int, rows: int) -> str:
        """Return the message of a window's size."""
        return _event("resize", {"cols": columns, "rows": rows})

    def printed(self, message: str | bytes) -> bytes:
        """Return what was printed, of the events `data`."""
        assert isinstance(message, str)
        if not message.startswith(EVENT):
            return b""
        name, *rest = json.loads(message.removeprefix(EVENT))
        return rest[0].encode() if name == "data" else b""

    async def _greet(self, columns: int, rows: int) -> None:
        self._uncommitted = 0
        await self._socket.recv()
        await self._socket.send(CONNECT)
        # The shell's handlers stand when it says so, and what comes before is lost.
        while (message := await self._socket.recv()) != _event("login"):
            await self._answer(message)
        await self.resize(columns, rows)

    async def _answer(self, message: str | bytes) -> None:
        if message == PING:
            await self._socket.send(PONG)
        self._uncommitted += len(self.printed(message))
        if self._uncommitted >= COMMIT_EVERY:
            self._uncommitted -= COMMIT_EVERY
            await self._socket.send(_event("commit", COMMIT_EVERY))


def _event(name: str, *value: object) -> str:
    return EVENT + json.dumps([name, *value], separators=(",", ":"))


def argv(folder: str, port: int, shell: str) -> list[str]:
    """Return the command that serves terminals of this shell."""
    main = f"{folder}/node_modules/wetty/build/main.js"
    return ["node", main, "--host", "127.0.0.1", "--port", str(port), "--base", "/wetty/", "--command", shell]
