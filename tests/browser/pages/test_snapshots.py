"""The list of snapshots and the question on a card: accessible, narrow enough for a phone, also where graders look."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages.axe import violations
from tests.browser.pages.conftest import LESSON, Yard

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _ready(yard: Yard) -> None:
    yard.server.tell("machine", learner="asha", state="ready")


def _open_list(page: Page) -> None:
    page.goto(LESSON)
    page.get_by_role("button", name="Lesson and machine").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Go back to a snapshot…").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ask-back")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_the_list_is_accessible(yard: Yard, phone: bool) -> None:  # noqa: FBT001
    """By keyboard alone, in both themes, at both widths; long names wrap."""
    yard.server.tell("snapshot", learner="asha", kind="named", name="W" * 60)
    yard.server.tell("snapshot", learner="asha", kind="start", exercise="ask-the-kernel")
    page = yard.page("asha", phone=phone)
    _open_list(page)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    box = page.locator("#ask-back")
    assert box.evaluate("each => each.scrollWidth <= each.clientWidth")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.context.close()


def test_a_card_asks_before_it_goes_back(yard: Yard) -> None:
    """A snapshot that is made while the page is open gives the card its button; its question says what is kept."""
    page = yard.page("asha")
    page.goto(LESSON)
    yard.server.tell("snapshot", learner="asha", kind="start", exercise="ask-the-kernel")
    page.locator("#ask-the-kernel").get_by_role("button", name="Reset this exercise").click()
    dialog = page.get_by_role("dialog", name="Go back to the start of exercise 2?")
    expect(dialog).to_contain_text("What you leave is kept as a snapshot")
    assert violations(page) == []
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).to_be_hidden()
    page.context.close()


def test_a_grader_keeps_a_machine_under_a_name(yard: Yard) -> None:
    """The sheet lists it at once, and stays accessible."""
    page = yard.page("gita")
    page.goto("/grades/fixture-course/")
    page.locator(".grid .cell").first.click()
    page.fill("#snapshot-name", "before the fix")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet .snapshots")).to_contain_text("before the fix")
    expect(page.locator(".sheet .snapshots")).to_contain_text("Being made")
    assert violations(page) == []
    page.context.close()
