"""A page's end of another project's terminal: what is common is here, their frames are in subclasses."""

from typing import ClassVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.terminal import Terminal

# One that keeps what was printed sends it in one message when it is connected to again.
MOST_BYTES = 256 * 2**20
PROMPT = b"# "


class PeerTerminal(Terminal):
    """One window on a terminal named by a number. Its shell asks for a word first (`shell.py`)."""

    path: ClassVar[str]
    subprotocols: ClassVar[tuple[Subprotocol, ...]] = ()
    keeps_shell: ClassVar[bool] = False

    def __init__(self, address: str, word: str, number: int) -> None:
        self._url = address.replace("http", "ws", 1) + self.path.format(number=number)
        self._word = word
        self._is_known = False
        self._socket: ClientConnection
        self.number = number
        self.address = address

    async def open(self, columns: int = 100, rows: int = 30) -> None:
        """Connect, and log in where a new shell answers."""
        await self._prepare()
        self._unread = b""
        self._socket = await connect(
            self._url,
            additional_headers=self._headers(),
            subprotocols=self.subprotocols or None,
            max_size=MOST_BYTES,
            compression=None,
            # A client that reads nothing sees no answer to its pings either.
            ping_interval=None,
        )
        await self._greet(columns, rows)
        if not (self._is_known and self.keeps_shell):
            await self.type(f"{self._word}\n".encode())
            await self.read_until(PROMPT)
        self._is_known = True

    async def close(self) -> None:
        """Leave."""
        await self._socket.close()

    async def type(self, data: bytes) -> None:
        """Send keystrokes."""
        await self._socket.send(self.keys(data))

    async def resize(self, columns: int, rows: int) -> None:
        """Tell the window's new size."""
        await self._socket.send(self.size(columns, rows))

    def keys(self, data: bytes) -> str | bytes:
        """Return the message of these keystrokes."""
        raise NotImplementedError

    def size(self, columns: int, rows: int) -> str | bytes:
        """Return the message of a window's size."""
        raise NotImplementedError

    def printed(self, message: str | bytes) -> bytes:
        """Return what a message says was printed; nothing when it is about something else."""
        raise NotImplementedError

    def _headers(self) -> dict[str, str]:
        return {}

    async def _prepare(self) -> None:
        """Do what has to be done before the connection."""

    async def _greet(self, columns: int, rows: int) -> None:
        """Say what has to be said first."""
        await self.resize(columns, rows)

    async def _answer(self, message: str | bytes) -> None:
        """Send what the server waits for after this message."""

    async def _receive_output(self) -> bytes:
        while True:
            try:
                message = await self._socket.recv()
            except ConnectionClosed as error:
                raise ConnectionError("it closed the connection") from error
            await self._answer(message)
            if data := self.printed(message):
                return data
