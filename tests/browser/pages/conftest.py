"""A browser before the pages."""

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.pages.server import PageServer

PASSWORD = "harbour-blue-1924"
COURSE = "/courses/fixture-course/"
LESSON = f"{COURSE}first-steps/"


class Yard:
    """The server, the browser and the people in it."""

    def __init__(self, server: PageServer, browser: Browser) -> None:
        self.server = server
        self._browser = browser
        self._signed_in: dict[str, StorageState] = {}

    def page(self, name: str | None = None, *, phone: bool = False, script: bool = True) -> Page:
        """Return a new page, signed in as this person."""
        if name is not None and name not in self._signed_in:
            self._signed_in[name] = self._sign_in(name)
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = self._browser.new_context(
            base_url=self.server.address,
            viewport=size,  # type: ignore[arg-type]  # a typed dictionary of the library's own
            has_touch=phone,
            java_script_enabled=script,
            reduced_motion="reduce",
            storage_state=self._signed_in[name] if name is not None else None,
        )
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"an error in the page: {error}"))
        return page

    def speak(self, page: Page, interface: str) -> None:
        """Let the pages that this browser opens from now on be in a language, as its cookie keeps it."""
        page.context.add_cookies([{"name": "interface", "value": interface, "url": self.server.address}])

    def _sign_in(self, name: str) -> StorageState:
        page = self._browser.new_page(base_url=self.server.address)
        page.goto("/accounts/sign-in/")
        page.fill("[name=login]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("main button.primary")
        page.wait_for_url("**/")
        state = page.context.storage_state()
        page.context.close()
        return state


@pytest.fixture(scope="session")
def yard(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """Give a server with a learner in the middle of the first lesson, and a grader."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = PageServer(tmp_path_factory.mktemp("slipway") / "home", port)
    try:
        server.start()
        server.tell("person", name="asha", password=PASSWORD)
        server.tell("person", name="uma", password=PASSWORD)
        server.tell("person", name="gita", password=PASSWORD, is_grader=True)
        made = Yard(server, browser)
        made.page("asha").goto(LESSON)
        server.tell("machine", learner="asha", state="ready")
        server.tell("verdict", learner="asha", exercise="make-a-file", passed=False)
        yield made
    finally:
        server.stop()


@pytest.fixture(scope="module", autouse=True)
def calm(yard: Yard) -> Iterator[None]:
    """Leave no one in the line, and no engine, to the tests of the next file."""
    yield
    yard.server.tell("calm")
