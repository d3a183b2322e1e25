"""Chromium without a screen, spoken to by its DevTools protocol. Nothing but the browser itself is needed."""

import contextlib
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
# Without 3D a terminal is drawn as text, which can be read and measured.
ARGUMENTS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-3d-apis", "--disable-background-networking"),
    *("--remote-debugging-port=0", "--window-size=1440,900"),
)
SECONDS = 60.0
POLL_SECONDS = 0.05


class BrowserError(Exception):
    """The browser did not do what it was told; the text says what."""


def program() -> str | None:
    """Return the browser's path, or None where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


class Page:
    """One tab."""

    def __init__(self, link: ClientConnection) -> None:
        self._link = link
        self._numbers = itertools.count(1)
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Make a call of the protocol. Raise `BrowserError` with its words when it fails."""
        number = next(self._numbers)
        asked: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session:
            asked["sessionId"] = self._session
        self._link.send(json.dumps(asked))
        end = time.monotonic() + SECONDS
        while True:
            try:
                answer = json.loads(self._link.recv(max(end - time.monotonic(), 0)))
            except TimeoutError as error:
                raise BrowserError(f"{method} got no answer") from error
            # Events come in between.
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression, or of the promise that it gives."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            said = answer["exceptionDetails"].get("exception", {}).get("description", "an exception")
            raise BrowserError(str(said).splitlines()[0])
        return answer["result"].get("value")

    def wait_for(self, script: str, seconds: float = SECONDS) -> None:
        """Wait until an expression is true. Raise `BrowserError`."""
        end = time.monotonic() + seconds
        while not self.evaluate(script):
            if time.monotonic() > end:
                raise BrowserError(f"not within {seconds:g} s: {script}")
            time.sleep(POLL_SECONDS)

    def point(self, x: float, y: float) -> None:
        """Move the mouse to a place."""
        self._mouse("mouseMoved", x, y)

    def click(self, x: float, y: float) -> None:
        """Click at the place that the mouse was moved to."""
        for kind in ("mousePressed", "mouseReleased"):
            self._mouse(kind, x, y, button="left", clickCount=1)

    def _mouse(self, kind: str, x: float, y: float, **more: object) -> None:
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)
        time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def opened(path: str) -> Iterator[Page]:
    """Start a browser with a fresh profile, and end it. Raise `BrowserError`."""
    with tempfile.TemporaryDirectory(prefix="slipway-chromium.", ignore_cleanup_errors=True) as profile:
        argv = [path, *ARGUMENTS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(_address(Path(profile), process), max_size=2**26, compression=None) as link:
                yield Page(link)
        finally:
            process.terminate()
            process.wait(SECONDS)


def _address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """Return where it listens, which it writes down once it does."""
    named = profile / "DevToolsActivePort"
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            port, path = named.read_text(encoding="ascii").split()
            return f"ws://127.0.0.1:{port}{path}"
        time.sleep(POLL_SECONDS)
    raise BrowserError(f"Chromium did not start (status {process.poll()})")


def version(path: str) -> str:
    """Return what the browser calls itself."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=SECONDS).stdout
    return " ".join(said.split()[:2])
