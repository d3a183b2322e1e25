"""The clock of a machine in a real browser: it counts by itself, warns once, and is extended in one click."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages.axe import violations
from tests.browser.pages.conftest import LESSON, Yard

pytestmark = pytest.mark.browser


@pytest.fixture
def page(yard: Yard) -> Page:
    """Give a page of a learner whose machine was not used for 50 minutes, with a clock that the test moves."""
    page = yard.page("asha")
    page.clock.install()
    page.goto(LESSON)
    yard.server.tell("machine", learner="asha", state="ready", unused_minutes=50)
    expect(page.locator("#machine-clock [data-left]")).to_have_text("10 min")
    return page


def test_the_clock_counts_and_warns_once(yard: Yard, page: Page) -> None:
    """Minutes pass without a word from the server; at five the warning is there, said once and not each second."""
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => said.push(document.getElementById("live").textContent))
            .observe(document.getElementById("live"), { childList: true }); }"""
    )
    expect(page.locator("#machine-time")).to_be_hidden()
    page.clock.run_for("05:30")
    expect(page.locator("#machine-time")).to_contain_text("5 min left. Then the machine is suspended, not deleted.")
    page.clock.run_for("01:30")
    expect(page.locator("#machine-clock [data-left]")).to_have_text("3 min")
    assert [words for words in page.evaluate("said") if "left" in words] == [
        "5 min left. Then the machine is suspended, not deleted."
    ]
    # Where one reads is noted by itself, a while after the page came.
    assert [url for url in requests if not url.endswith("/place/")] == []
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.context.close()


def test_extend_by_keyboard_tells_the_new_end(page: Page) -> None:
    """The warning goes, the new end is there and said, and the focus is not lost with the button."""
    page.clock.run_for("06:00")
    page.locator("#machine-time button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#machine-time")).to_be_hidden()
    expect(page.locator("#machine-clock [data-left]")).to_have_text("60 min")
    expect(page.locator("#live")).to_have_text(re.compile(r"^Extended\. Unless you use it, .* at \d\d:\d\d"))
    expect(page.locator("#machine-clock button")).to_be_focused()
    page.context.close()


def test_on_a_phone_the_warning_fits(yard: Yard) -> None:
    """The header has the minutes when they are few, and nothing scrolls sideways."""
    page = yard.page("asha", phone=True)
    page.goto(LESSON)
    yard.server.tell("machine", learner="asha", state="ready", unused_minutes=58)
    expect(page.locator("#machine-clock [data-left]")).to_have_text("2 min")
    expect(page.locator("#machine-clock")).to_be_visible()
    page.locator("[data-pane=machine]").click()
    expect(page.locator("#machine-time button")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_a_suspended_machine_says_its_day(yard: Yard, page: Page) -> None:
    """Suspended by its menu or by the clock, the page says what is kept and until when."""
    yard.server.tell("machine", learner="asha", state="suspended")
    expect(page.locator("#machine-state")).to_contain_text(re.compile(r"kept until the end of \d+ \w+ \d{4}"))
    expect(page.locator("#machine-clock")).to_be_hidden()
    assert violations(page) == []
    yard.server.tell("machine", learner="asha", state="ready")
    page.context.close()
