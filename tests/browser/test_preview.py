"""Previews on a whole instance: a learner's own web server in the pane, in a window, and for others."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from slipway.engine.docker_engine import DockerEngine
from tests.browser.pages.axe import violations
from tests.browser.workspace import BARE_METAL, SLOW_MILLISECONDS, Workspace
from tests.engine_of import EngineOf
from tests.instance import Instance

pytestmark = pytest.mark.browser

SERVER = Path(__file__).with_name("preview_server.py").read_text(encoding="utf-8")
PORT = "8080"
# A Python of the learner's: what runs from the toolset is taken for Slipway's own.
START = "cp /opt/slipway/python /usr/local/bin/learners-python; export PYTHONHOME=/opt/slipway;"
START += f' setsid learners-python -c "$1" {PORT} >/tmp/server.log 2>&1 &'


def _start_server(instance: Instance) -> None:
    behind = EngineOf(instance)
    engine = DockerEngine(instance.home / "run" / "engine" / "engine.sock")
    try:
        done = engine.run(behind.learners_machine(), ["bash", "-c", START, "bash", SERVER])
        assert done.exit_status == 0, done.stderr
    finally:
        engine.close()
        behind.close()


def _expect_all_of_it(shown: Page | FrameLocator) -> None:
    """Expect the page, what its WebSocket and events bring, and no cookie of the other side in either."""
    expect(shown.locator("h1")).to_have_text("Made by a learner", timeout=SLOW_MILLISECONDS)
    expect(shown.locator("#socket")).to_have_text("heard over a WebSocket")
    expect(shown.locator("#events")).to_have_text("event one")
    expect(shown.locator("#cookies")).to_contain_text("kept=1")
    for place in ("#sent", "#cookies"):
        expect(shown.locator(place)).not_to_contain_text(re.compile("sessionid|csrftoken|slipway"))


def test_a_learner_sees_and_shares_a_server(instance: Instance, browser: Browser, page: Page) -> None:
    """It waits, opens by itself, stays apart from the application, breaks off visibly, and is others' by a link."""
    workspace = Workspace(page, f"http://localhost:{instance.port}")
    workspace.start_as_guest()
    workspace.open(BARE_METAL)
    workspace.wait_for_prompt()
    mine = {each["name"]: each["value"] for each in page.context.cookies(workspace.address)}
    page.get_by_role("button", name="Preview", exact=True).click()
    pane = page.get_by_role("region", name="Preview", exact=True)
    expect(pane).to_contain_text("Start a web server in a terminal")
    pane.get_by_label("Port", exact=True).fill(PORT)
    pane.get_by_role("button", name="Load").click()
    frame = page.frame_locator("#preview iframe")
    expect(frame.locator("h1")).to_have_text(f"Nothing answers on port {PORT} yet", timeout=SLOW_MILLISECONDS)
    _start_server(instance)
    expect(pane.get_by_role("button", name=re.compile(f"{PORT} · learners-python"))).to_be_visible()
    _expect_all_of_it(frame)
    assert not violations(page)

    with page.expect_popup() as opening:
        pane.get_by_role("link", name="Open in a new window").click()
    window = opening.value
    _expect_all_of_it(window)
    assert re.fullmatch(rf"http://{PORT}-[0-9a-f]{{32}}\.localhost:\d+/", window.url)
    assert window.evaluate("fetch('/cut').then((answer) => answer.text()).catch((error) => error.name)") == "TypeError"
    window.reload()
    _expect_all_of_it(window)
    now = {each["name"]: each["value"] for each in page.context.cookies(workspace.address)}
    assert now["sessionid"] == mine["sessionid"]
    assert "kept" not in now

    _share(browser, page, window.url)
    page.get_by_role("button", name="Preview", exact=True).click()
    workspace.run("echo still here")
    workspace.wait_for_text("\nstill here")


def _share(browser: Browser, page: Page, address: str) -> None:
    visitor = browser.new_context().new_page()
    visitor.goto(address)
    expect(visitor.locator("h1")).to_have_text("This preview is its learner's alone")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link")
    expect(link).to_have_value(re.compile("_slipway/visit/"))
    visitor.goto(link.input_value())
    expect(visitor.locator("h1")).to_have_text("A learner shows you this page")
    visitor.get_by_role("button", name="Show it").click()
    _expect_all_of_it(visitor)
    page.get_by_role("button", name="Close", exact=True).locator("visible=true").click()
    expect(visitor.locator("#events")).to_have_text("event one")
    # The instance of these tests shares for seconds, not for an hour.
    for _ in range(30):
        visitor.reload()
        if visitor.locator("h1").inner_text() == "This link has ended":
            break
        visitor.wait_for_timeout(1000)
    expect(visitor.locator("h1")).to_have_text("This link has ended")
    visitor.context.close()
