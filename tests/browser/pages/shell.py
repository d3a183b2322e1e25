"""The far end of a page's terminals, in place of a machine's shell: takes what is typed, and prints a prompt."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute

from slipway.terminal import frames
from tests.instance import wait_for

# A prompt between the shell's marks, so that the page knows it for one; with bracketed paste, as bash has it.
PROMPT = b"\x1b]133;A\x07root@here:~# \x1b]133;B\x07\x1b[?2004h"


class Shell:
    """Every terminal of a page, by its number. `typed` is what each was sent."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.typed: dict[int, bytearray] = {}
        page.route_web_socket(re.compile(r"/ws/terminal/"), self._join)

    def wait_for(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds. What the page sends comes only while Playwright is at work."""

        def holds() -> bool:
            self._page.wait_for_timeout(20)
            return condition()

        wait_for(what, holds)

    def _join(self, route: WebSocketRoute) -> None:
        number = int(route.url.rstrip("/").rpartition("/")[2])
        typed = self.typed.setdefault(number, bytearray())

        def take(message: str | bytes) -> None:
            assert isinstance(message, bytes)
            frame = frames.decode_client(message)
            if isinstance(frame, frames.Hello):
                route.send(frames.Welcome(b"the boot", 0, 0, frames.Flags(0), 0, frame.columns, frame.rows).encode())
                route.send(frames.Output(0, PROMPT).encode())
            elif isinstance(frame, frames.Input):
                typed.extend(frame.data)
                route.send(frames.InputAck(frame.offset + len(frame.data)).encode())

        route.on_message(take)
