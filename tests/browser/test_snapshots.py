"""Undo for a machine, in a real browser on a real engine: to an exercise's start and forth again, by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.workspace import BARE_METAL, SLOW_MILLISECONDS, Workspace

pytestmark = pytest.mark.browser


def _comes_back(workspace: Workspace) -> None:
    """Wait until the machine went away, which is said, and its next shell is at the prompt."""
    expect(workspace.page.locator("#machine-state")).to_contain_text("Your machine is going back")
    expect(workspace.terminal).not_to_have_attribute("data-state", "ready")
    workspace.wait_for_prompt()


def test_a_learner_goes_back_and_forth(workspace: Workspace) -> None:
    """The terminal comes back on what the machine was; what was left is one line up in the list."""
    page = workspace.page
    workspace.open(BARE_METAL)
    workspace.wait_for_prompt()
    card = page.locator("article.exercise").first
    reset = card.get_by_role("button", name="Reset this exercise")
    expect(reset).to_be_visible(timeout=SLOW_MILLISECONDS)
    workspace.run("echo mine >/root/mine")
    reset.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Go back to the start of exercise 1?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    _comes_back(workspace)
    workspace.run("ls /root/mine")
    workspace.wait_for_text("No such file")
    page.get_by_role("button", name="Lesson and machine").click()
    page.get_by_role("button", name="Go back to a snapshot").click()
    left = page.locator("#snapshots li").first
    expect(left).to_contain_text("Left behind in exercise 1")
    left.get_by_role("button", name="Go back to here").focus()
    page.keyboard.press("Enter")
    expect(page.locator(":popover-open")).to_have_count(0)
    _comes_back(workspace)
    workspace.run("cat /root/mine")
    workspace.wait_for_text("\nmine")
