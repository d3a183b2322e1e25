"""The place in the line, on the open page of who waits for a machine."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages.axe import violations
from tests.browser.pages.conftest import LESSON, PASSWORD, Yard

pytestmark = pytest.mark.browser


@pytest.fixture
def page(yard: Yard) -> Page:
    """Give the page of somebody whose machine was asked for, on a phone; no worker will take it."""
    yard.server.tell("person", name="lila", password=PASSWORD)
    page = yard.page("lila", phone=True)
    page.goto(LESSON)
    return page


def test_the_place_and_the_estimate_follow_the_line(yard: Yard, page: Page) -> None:
    """Both change without a reload and are said; when the machine is there, or the place given up, so is that."""
    state, said = page.locator("#machine-state"), page.locator("#live")
    expect(state).to_contain_text("Your machine is starting")
    yard.server.tell("line", learner="lila", place=7, seconds=130)
    expect(state).to_contain_text("You are number 7")
    expect(state).to_contain_text("Your machine starts in about 2 min.")
    expect(page.locator("#machine-tag")).to_have_text("Place 7")
    expect(said).to_have_text("Your place in the queue is 7. Your machine starts in about 2 min.")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    yard.server.tell("line", learner="lila", place=2, seconds=None)
    expect(state).to_contain_text("Nobody can say yet how long that takes")
    yard.server.tell("line", learner="lila", place=0, seconds=None)
    expect(state).to_contain_text("Your machine has to wait")
    assert violations(page) == []
    yard.server.tell("machine", learner="lila", state="gone")
    expect(state.get_by_role("button", name="Start a machine")).to_be_visible()
    yard.server.tell("line", learner="lila", place=1, seconds=20)
    expect(state).to_contain_text("You have no machine at the moment")
    page.context.close()
