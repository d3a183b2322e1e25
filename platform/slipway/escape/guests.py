"""Two guests of a running site, as browsers would be: one attacks, the other is attacked."""

import contextlib
import re
import secrets
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from slipway.terminal import frames

SECONDS = 30.0
READY_SECONDS = 60.0
# Of the web process, for pages: how large others' windows are, and what a machine had printed before it was suspended.
FOR_PAGES = {frames.Opcode.SHARED, frames.Opcode.PAST}
ACK_BYTES = 64 * 1024
# CloseCode.NOT_READY of terminal/access.py, which cannot be read without Django's models.
NOT_READY = "4409"
_TERMINAL = re.compile(r'name="slipway-terminal" content="([^"]+)"')
_NEXT = re.compile(r'name="next" value="(/courses/[^"]+)"')
_LIVE = re.compile(r'data-live="([^"?]+)')


class SiteError(Exception):
    """The site did not do what it should for anybody; the text says what."""


class NoGuestsError(SiteError):
    """The site takes no guests, or has nothing for them."""


class Refused(Exception):  # noqa: N818  (it is the answer that is hoped for)
    """A WebSocket was refused; the text says how."""


class Guest:
    """A person who came by one click, and has a lesson open."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.web = requests.Session()
        self.lesson = self.terminal = self.live = ""

    def close(self) -> None:
        """Suspend the machine, if there is one, and forget everything."""
        with contextlib.suppress(OSError):
            if self.terminal:
                self.post(f"{self.lesson}machine/suspend/")
        self.web.close()

    def begin(self) -> None:
        """Become a guest and open the first lesson. Raise `SiteError`."""
        found = _NEXT.search(self.get("/").text)
        if found is None:
            raise NoGuestsError("its catalogue has no button for guests: are they welcome, and is there a lesson?")
        self.lesson = found[1]
        self.post("/accounts/guest/", next=self.lesson)
        # While others' machines start, this one waits for its turn.
        end = time.monotonic() + READY_SECONDS
        while not self._finds_machine(self.get(self.lesson).text):
            if time.monotonic() > end:
                raise SiteError(f"no machine came within {READY_SECONDS:g} s: is there room? ./slipway status tells")
            time.sleep(1)

    def _finds_machine(self, page: str) -> bool:
        """Note where the terminal and the events of a lesson are; tell whether its page has both."""
        terminal, live = _TERMINAL.search(page), _LIVE.search(page)
        if terminal is None or live is None:
            return False
        self.terminal, self.live = terminal[1], live[1]
        return True

    def get(self, path: str, **headers: str) -> requests.Response:
        """Return a page, without following where it leads."""
        return self.web.get(self.address + path, headers=headers, timeout=SECONDS, allow_redirects=False)

    def post(self, path: str, *, origin: str = "", token: bool = True, **fields: str) -> requests.Response:
        """Send a form as a page of the site would, or without its token, or as a page of another site."""
        csrf = {"csrfmiddlewaretoken": self.web.cookies.get("csrftoken", "")} if token else {}
        headers = {"Origin": origin or self.address, "Referer": f"{origin or self.address}/"}
        return self.web.post(
            self.address + path, data={**csrf, **fields}, headers=headers, timeout=SECONDS, allow_redirects=False
        )

    @property
    def cookies(self) -> str:
        """The header that tells who this is."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.web.cookies)

    @contextlib.contextmanager
    def socket(self, path: str, *, origin: str = "", cookies: str | None = None) -> Iterator[ClientConnection]:
        """Give a WebSocket. Raise `Refused` when the site does not take it."""
        headers = {"Cookie": self.cookies if cookies is None else cookies}
        try:
            with connect(
                self.address.replace("http", "ws", 1) + path, additional_headers=headers, compression=None,
                origin=Origin(origin or self.address), open_timeout=SECONDS, max_size=2**20,
            ) as socket:  # fmt: skip
                yield socket
        except InvalidStatus as error:
            raise Refused(f"HTTP {error.response.status_code}") from error

    def wait_until_ready(self) -> None:
        """Wait for the machine. Raise `SiteError`."""
        try:
            self.shell(self.terminal).close()
        except Refused as refusal:
            raise SiteError(f"its own terminal was refused: {refusal}") from refusal

    def shell(self, path: str, *, origin: str = "", cookies: str | None = None, blindly: bytes = b"") -> "Shell":
        """Open a terminal as this person. Raise `Refused`; but wait while the machine starts, or is being copied."""
        end = time.monotonic() + READY_SECONDS
        while True:
            try:
                return Shell(self, path, origin=origin, cookies=cookies, blindly=blindly)
            except Refused as refusal:
                if NOT_READY not in str(refusal):
                    raise
                if time.monotonic() > end:
                    raise SiteError(f"no machine was ready within {READY_SECONDS:g} s: {refusal}") from refusal
                time.sleep(0.5)


class Shell:
    """A terminal as a page has it."""

    def __init__(
        self, guest: Guest, path: str, *, origin: str = "", cookies: str | None = None, blindly: bytes = b""
    ) -> None:
        """Open it, or raise `Refused`. `blindly` is typed at once, before the site has said anything."""
        self._unread = b""
        with contextlib.ExitStack() as opening:
            self._socket = opening.enter_context(guest.socket(path, origin=origin, cookies=cookies))
            welcome = self._greet(blindly)
            self._open = opening.pop_all()
        self._typed, self._read = welcome.accepted, welcome.offset

    def _greet(self, blindly: bytes) -> frames.Welcome:
        hello = frames.Hello(secrets.token_bytes(16), frames.NO_BOOT, 0, 0, 100, 30)
        try:
            self._socket.send(hello.encode())
            if blindly:
                self._socket.send(frames.Input(0, blindly).encode())
            while not isinstance(frame := self._receive(), frames.Welcome):
                pass
        except ConnectionClosed as closed:
            raise Refused(f"closed: {closed.rcvd.code} {closed.rcvd.reason}" if closed.rcvd else "closed") from closed
        return frame

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Go away; the shell lives on."""
        self._open.close()

    def type(self, text: str) -> None:
        """Type keys."""
        data = text.encode()
        self._send(frames.Input(self._typed, data))
        self._typed += len(data)

    def say(self, command: str) -> str:
        """Run a command and return what it printed. Raise `SiteError` when it does not end."""
        mark = secrets.token_hex(4)
        self.type(f"\x15 {command}; echo {mark[:4]}''{mark[4:]}\r")
        return self.read_until(mark)

    def read_until(self, mark: str) -> str:
        """Return what is printed before a mark, which comes next."""
        said, end = self._unread, time.monotonic() + SECONDS
        while (at := said.find(mark.encode())) < 0:
            try:
                frame = self._receive(end - time.monotonic())
            except (TimeoutError, ConnectionClosed) as error:
                raise SiteError(f"the terminal did not answer: {said[-80:]!r}") from error
            if isinstance(frame, frames.Output):
                said += frame.data
                self._acknowledge(frame.offset + len(frame.data))
        self._unread = said[at + len(mark) :]
        return said[:at].decode(errors="replace")

    def _acknowledge(self, offset: int) -> None:
        """Say how far the output was read: without a word the site waits after 256 KiB."""
        if offset - self._read >= ACK_BYTES:
            self._send(frames.Ack(offset))
            self._read = offset

    def _send(self, frame: frames.ClientFrame) -> None:
        try:
            self._socket.send(frame.encode())
        except ConnectionClosed as closed:
            raise SiteError(f"the terminal was closed: {closed}") from closed

    def _receive(self, seconds: float = SECONDS) -> frames.HolderFrame:
        """Return the next frame that is not for pages alone."""
        end = time.monotonic() + seconds
        while True:
            message = self._socket.recv(max(end - time.monotonic(), 0))
            if not isinstance(message, bytes):
                raise SiteError("the site sent text where a terminal's bytes belong")
            if message[0] not in FOR_PAGES:
                return frames.decode_holder(message)
