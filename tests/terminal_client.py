"""A page's end of a terminal, without a page: speaks the frames over a real WebSocket and acknowledges what it read."""

import secrets

from websockets.asyncio.client import ClientConnection, connect

from slipway.terminal import frames
from tests.terminal import Terminal

ACK_EVERY = 64 * 1024


class TerminalClient(Terminal):
    """One window on one terminal. Offsets survive a reconnect, as in the page."""

    def __init__(self, address: str, session_cookie: str, sandbox_id: object, terminal: str = "1") -> None:
        self._url = f"{address.replace('http', 'ws', 1)}/ws/terminal/{sandbox_id}/{terminal}/"
        self._headers = {"Cookie": f"sessionid={session_cookie}", "Origin": address}
        self._client = secrets.token_bytes(16)
        self._boot = frames.NO_BOOT
        self._typed = 0
        self._acked = 0
        self.offset = 0
        self._socket: ClientConnection

    async def open(self, columns: int = 100, rows: int = 30) -> frames.Welcome:
        """Connect, or connect again, and return what the holder says of its shell."""
        self._socket = await connect(self._url, additional_headers=self._headers, max_size=2**20, compression=None)
        hello = frames.Hello(self._client, self._boot, self.offset, 0, columns, rows)
        await self._socket.send(hello.encode())
        while not isinstance(frame := await self._receive(), frames.Welcome):
            pass
        self._boot, self.offset, self._acked, self._typed = frame.boot, frame.offset, frame.offset, frame.accepted
        return frame

    async def close(self) -> None:
        """Leave; the shell goes on."""
        await self._socket.close()

    async def type(self, data: bytes) -> None:
        """Send keystrokes; what is longer than a frame is cut."""
        for start in range(0, len(data), frames.MAX_DATA):
            piece = data[start : start + frames.MAX_DATA]
            await self._socket.send(frames.Input(self._typed, piece).encode())
            self._typed += len(piece)

    async def _receive_output(self) -> bytes:
        while not isinstance(frame := await self._receive(), frames.Output):
            pass
        self.offset = frame.offset + len(frame.data)
        if self.offset - self._acked >= ACK_EVERY:
            await self._socket.send(frames.Ack(self.offset).encode())
            self._acked = self.offset
        return frame.data

    async def _receive(self) -> frames.HolderFrame:
        message = await self._socket.recv()
        # What other windows on this terminal have for a size comes from the web process, and changes nothing here.
        while message[:1] == bytes((frames.Opcode.SHARED,)):
            message = await self._socket.recv()
        assert isinstance(message, bytes)
        return frames.decode_holder(message)
