"""One running instance and one browser for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.chromium import SHELL, chromium
from tests.browser.workspace import Workspace
from tests.instance import Instance

# Other tests are at work on the same processors.
expect.set_options(timeout=20_000)
DESKTOP = ViewportSize(width=1440, height=900)


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Start a whole Slipway, and remove it at the end."""
    instance = Instance(
        tmp_path_factory.mktemp("home"), environment={"SLIPWAY_POOL_SIZE": "1", "SLIPWAY_PREVIEW_SHARE_SECONDS": "15"}
    )
    instance.up()
    try:
        yield instance
    finally:
        instance.remove()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium, without 3D: then terminals are drawn as text that a test can read."""
    with chromium("--disable-3d-apis", program=SHELL) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a person's own cookies."""
    context = browser.new_context(viewport=DESKTOP)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Open a tab."""
    return context.new_page()


@pytest.fixture
def workspace(instance: Instance, page: Page) -> Workspace:
    """Give a guest's workspace; no lesson is open yet."""
    workspace = Workspace(page, instance.address)
    workspace.start_as_guest()
    return workspace


@pytest.fixture(scope="session")
def shots() -> Path:
    """Return the folder for screenshots."""
    folder = Path(__file__).parent / "shots"
    folder.mkdir(exist_ok=True)
    return folder
