"""Debian's Chromium, as it runs without a screen and without a network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

# The browser of a person, with a window that is drawn though nobody sees it; and the same browser without one, which
# opens a page for a quarter of that and is what Playwright takes for pages without a screen.
CHROMIUM, SHELL = "chromium", "chromium-headless-shell"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def chromium(*arguments: str, program: str = CHROMIUM) -> Iterator[Browser]:
    """Start a browser with a fresh profile and these arguments more, and close it at the end."""
    path = shutil.which(program)
    if path is None:
        raise RuntimeError(
            f"{program} is not installed: ./slipway test and bench install theirs, or apt-get install {program}."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            browser.close()
