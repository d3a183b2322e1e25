"""A page with one terminal, served on a free port of this host."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page

from tests.browser.terminal.server import Application
from tests.instance import free_port, wait_for


class Served:
    """The application in a thread of its own, and what its page shows."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.application = Application(folder)
        config = uvicorn.Config(
            self.application, port=self.port, log_level="error", lifespan="off", ws_per_message_deflate=False
        )
        self._server = uvicorn.Server(config)
        self._loop: asyncio.AbstractEventLoop
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        wait_for("the server listens", lambda: self._server.started)

    def cut(self, *, stay_down: bool = False) -> None:
        """Close every WebSocket; refuse new ones if told so."""
        self.application.is_down = stay_down
        self._loop.call_soon_threadsafe(self.application.cut)

    def close(self) -> None:
        """Stop the server."""
        self._server.should_exit = True
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Give a served terminal with a shell of its own, which ends with the test."""
    served = Served(tmp_path)
    yield served
    served.close()


@pytest.fixture
def terminal(served: Served, page: Page) -> Iterator[Page]:
    """Open the page and wait until its terminal is ready."""
    page.goto(f"http://127.0.0.1:{served.port}/")
    page.wait_for_selector("#terminal[data-state=ready]")
    wait_for("a prompt", lambda: "#" in shown(page) or "$" in shown(page))
    yield page
    page.evaluate("window.terminal.restart(); window.terminal.send('\\x03\\x04\\x04')")
    page.wait_for_timeout(200)


def shown(page: Page) -> str:
    """Return the text on the terminal's screen."""
    return page.inner_text(".xterm-rows")
