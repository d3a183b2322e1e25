"""The terminals of a lesson: several, named, moved, side by side, searched, saved, cut and come back."""

import re
from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute, expect

from slipway.terminal.access import CloseCode
from tests.browser.workspace import FIRST_COMMANDS, Workspace


def choose(page: Page, words: str) -> None:
    """Choose an entry of the menu of the terminal in front."""
    page.get_by_role("button", name="This terminal").click()
    page.locator("#terminal-menu").get_by_role("button", name=words).click()


def tabs(page: Page) -> list[str]:
    """Return the names of the tabs, from left to right."""
    return [name.strip() for name in page.get_by_role("tab").all_inner_texts()]


def run_in(page: Page, number: int, command: str, shown: str) -> None:
    """Type a command into a terminal and wait until it has printed something that was not typed."""
    view = page.locator(f"#view-{number}[data-state=ready]")
    view.locator("textarea").focus()
    page.keyboard.type(f"{command}\n")
    expect(view.locator(".xterm-rows")).to_contain_text(shown)


def test_terminals_are_laid_out_by_the_person(workspace: Workspace) -> None:
    """Names, order, what is side by side and every shell outlive a reload, and other windows follow."""
    page = workspace.page
    workspace.open(FIRST_COMMANDS)
    workspace.wait_for_prompt()
    run_in(page, 1, "mark=first; echo set $mark", "set first")
    page.get_by_role("button", name="New terminal").click()
    run_in(page, 2, "mark=second; echo set $mark", "set second")
    choose(page, "Rename")
    page.locator("#terminal-name").fill("  logs \u202e ")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Shift+ArrowLeft")
    assert tabs(page) == ["logs", "Terminal 1"]
    choose(page, "Two side by side")
    expect(page.locator("#view-1")).to_be_visible()
    expect(page.locator("#view-2")).to_be_visible()
    page.keyboard.press("Control+Alt+ArrowRight")
    expect(page.locator("#view-1 textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#main")).to_be_focused()

    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("#view-2[data-state=ready]")
    assert tabs(other) == ["logs", "Terminal 1"]
    page.get_by_role("button", name="New terminal").click()
    expect(other.get_by_role("tab")).to_have_count(3)
    expect(page.get_by_role("button", name="New terminal")).to_be_hidden()
    choose(page, "Close")
    expect(other.get_by_role("tab")).to_have_count(2)
    other.close()

    page.reload()
    run_in(page, 1, "echo still $mark", "still first")
    run_in(page, 2, "echo still $mark", "still second")
    assert tabs(page) == ["logs", "Terminal 1"]


def test_what_was_printed_is_found_and_saved(workspace: Workspace, tmp_path: Path) -> None:
    """Beyond what the screen shows; a choice of look is there after a reload."""
    page = workspace.page
    workspace.open(FIRST_COMMANDS)
    workspace.wait_for_prompt()
    run_in(page, 1, "for i in $(seq 200); do echo line-$i; done; echo printed $((1 + 1))", "printed 2")
    page.keyboard.press("Control+Shift+F")
    page.keyboard.type("line-17")
    expect(page.locator("#find .count")).to_have_text("1 of 11")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#find .count")).to_have_text("11 of 11")
    page.keyboard.press("Escape")
    expect(page.locator("#view-1 textarea")).to_be_focused()
    with page.expect_download() as download:
        choose(page, "Save what it printed")
    assert download.value.suggested_filename == "Terminal-1.txt"
    download.value.save_as(tmp_path / "saved")
    lines = (tmp_path / "saved").read_text().splitlines()
    assert [line for line in lines if line.startswith("line-")] == [f"line-{number}" for number in range(1, 201)]
    choose(page, "Look")
    page.locator("#look-colours").select_option("light")
    page.locator("#look-size").fill("20")
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("#machine")).to_have_attribute("data-colours", "light")
    page.wait_for_selector("#view-1[data-state=ready]")
    assert page.locator("#view-1 .xterm-rows").evaluate("(rows) => getComputedStyle(rows).fontSize") == "20px"


def test_a_command_waits_for_a_prompt_or_goes_elsewhere(workspace: Workspace) -> None:
    """It is never typed into a program unless somebody says so."""
    page = workspace.page
    workspace.open(FIRST_COMMANDS)
    workspace.wait_for_prompt()
    run_in(page, 1, "echo be$((40 + 2)); read -r line; echo got $line", "be42")
    play = page.get_by_role("button", name="Run", exact=True).first
    command = page.locator("figure:has([data-act=run]) pre code").first.inner_text()
    play.click()
    asked = page.locator("#ask-where")
    asked.get_by_role("button", name="when the program has ended").click()
    expect(page.locator("#view-1 .xterm-rows")).not_to_contain_text(command)
    page.locator("#view-1 textarea").focus()
    page.keyboard.type("over\n")
    expect(page.locator("#view-1 .xterm-rows")).to_contain_text("got over")
    expect(page.locator("#view-1 .xterm-rows")).to_contain_text(command)
    workspace.wait_for_prompt()
    run_in(page, 1, "echo again$((40 + 3)); cat", "again43")
    play.click()
    asked.get_by_role("button", name="new terminal").click()
    expect(page.locator("#view-2 .xterm-rows")).to_contain_text(command)
    expect(page.get_by_role("tab")).to_have_count(2)


class Cable:
    """What a page's WebSockets go through: the test cuts it, and mends it when it has seen enough."""

    def __init__(self, page: Page) -> None:
        self._open: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        self._is_cut = False
        page.route_web_socket(re.compile(r"/ws/"), self._join)

    def _join(self, near: WebSocketRoute) -> None:
        if self._is_cut:
            near.close(code=CloseCode.LOST)
        else:
            self._open.append((near, near.connect_to_server()))

    def cut(self) -> None:
        """End all connections, and let no other one be made."""
        self._is_cut = True
        for near, far in self._open:
            near.close(code=CloseCode.LOST)
            far.close()
        self._open.clear()

    def mend(self) -> None:
        """Let the page's next try succeed."""
        self._is_cut = False


def test_a_cut_is_said_with_its_time_and_goes_on_by_itself(workspace: Workspace) -> None:
    """What is typed meanwhile is counted, kept and sent once; what is too much is said to be lost."""
    page, cable = workspace.page, Cable(workspace.page)
    workspace.open(FIRST_COMMANDS)
    workspace.wait_for_prompt()
    workspace.type("")
    cable.cut()
    banner = page.locator("#reconnecting")
    expect(banner).to_contain_text("Connection lost since ")
    page.keyboard.insert_text("y" * 5000)
    expect(page.locator("#typing-lost")).to_contain_text("5000 bytes that you typed found no room")
    page.keyboard.type("echo kept $((6 * 7))\n")
    expect(banner).to_contain_text("What you type is kept. So far 21 bytes.")
    cable.mend()
    workspace.wait_for_text("\nkept 42")
    expect(banner).to_be_hidden()
    assert workspace.screen().count("kept 42") == 1
