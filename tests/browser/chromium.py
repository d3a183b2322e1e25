"""Debian's Chromium, as it runs without a screen and without a network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Start a browser with a fresh profile and these arguments more, and close it at the end."""
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("chromium is not installed: ./slipway test installs it, or apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            browser.close()
