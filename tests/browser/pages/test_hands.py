"""A lesson by fingers alone, by keys alone, and what a text does under either."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages.axe import violations
from tests.browser.pages.conftest import PASSWORD, Yard
from tests.browser.pages.shell import Shell
from tests.browser.workspace import SLOW_MILLISECONDS

pytestmark = pytest.mark.browser

READING = "/courses/question-course/reading/"
# Nobody's fingers open a keyboard here: the part of the window that is seen is told as a browser tells it.
KEYBOARD = """
const seen = Object.assign(new EventTarget(), { height: 844, scale: 1, offsetTop: 0 });
Object.defineProperty(window, "visualViewport", { value: seen });
window.openKeyboard = (height) => {
  seen.height = height;
  seen.dispatchEvent(new Event("resize"));
};
"""
# What is read out when it changes; a timer is not, as ARIA has it.
LIVE = "[aria-live]:not([aria-live=off]), [role=alert], [role=status], [role=log], output"
# What can be used, and is seen: of a group of tabs or of choices the keyboard reaches one, and goes on by arrows.
CONTROLS = """() => {
  window.reached = new Set();
  window.controls = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled && each.tabIndex >= 0)
    .filter((each) => each.type !== "hidden");
  return window.controls.length;
}"""
# True in the terminal, which is the last that Tab comes to.
AT_END = """() => {
  window.reached.add(document.activeElement);
  return Boolean(document.activeElement.closest(".xterm"));
}"""
# Nothing where the page replaced one of them meanwhile.
MISSED = """() => window.controls.every((each) => each.isConnected)
  ? window.controls.filter((each) => !window.reached.has(each)).map((each) => each.outerHTML.slice(0, 120))
  : null"""


@pytest.fixture(scope="module")
def ravi(yard: Yard) -> str:
    """Give a learner whose machine is ready in the lesson of what a text can do."""
    yard.server.tell("person", name="ravi", password=PASSWORD)
    page = yard.page("ravi")
    page.goto(READING)
    yard.server.tell("machine", learner="ravi", state="ready")
    page.context.close()
    return "ravi"


def opened(page: Page) -> Shell:
    """Go to the lesson, and return its shells when the first has a prompt."""
    shell = Shell(page)
    page.goto(READING)
    # A pane that a phone does not show is not drawn.
    expect(page.locator("#view-1[data-state=ready]")).to_have_count(1, timeout=SLOW_MILLISECONDS)
    expect(page.locator("#machine")).to_have_attribute("data-kind", "ready")
    return shell


def expect_typed(shell: Shell, data: bytes, number: int = 1) -> None:
    """Wait until a shell got exactly this since it was looked at last."""
    shell.wait_for(f"{data!r} for shell {number}", lambda: bytes(shell.typed.get(number, b"")) == data)
    shell.typed[number].clear()


def height(locator: Locator) -> float:
    """Return where an element ends."""
    box = locator.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_the_key_row_types_what_a_phone_cannot(yard: Yard, ravi: str) -> None:
    """Above the keyboard, large enough for a finger, and without taking the focus, which would close it."""
    page = yard.page(ravi, phone=True)
    page.add_init_script(KEYBOARD)
    shell = opened(page)
    page.locator(".panes [data-pane=machine]").tap()
    row = page.locator("#keys")
    expect(row).to_be_in_viewport(ratio=1)
    page.locator("#view-1 textarea").focus()
    page.evaluate("window.openKeyboard(480)")
    expect(page.locator(".panes")).to_be_hidden()
    assert height(row) <= 480
    sizes = row.get_by_role("button").evaluate_all(
        "(all) => all.map((each) => each.getBoundingClientRect()).flatMap(({ width, height }) => [width, height])"
    )
    assert min(sizes) >= 44
    expect_typed(shell, b"")
    for name in ("Esc", "Tab", "Up", "Left", "Pipe", "Slash", "Tilde", "Dash"):
        row.get_by_role("button", name=name, exact=True).tap()
    expect_typed(shell, b"\x1b\t\x1b[A\x1b[D|/~-")
    control = row.get_by_role("button", name="Ctrl")
    control.tap()
    expect(control).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#live")).to_contain_text("Control")
    page.keyboard.type("cc")
    expect_typed(shell, b"\x03c")
    expect(control).to_have_attribute("aria-pressed", "false")
    control.tap()
    row.get_by_role("button", name="Right").tap()
    expect_typed(shell, b"\x1b[1;5C")
    control.tap()
    control.tap()
    page.keyboard.type("d")
    expect_typed(shell, b"d")
    down = row.get_by_role("button", name="Down")
    down.dispatch_event("pointerdown")
    page.wait_for_timeout(900)
    down.dispatch_event("pointerup")
    assert 3 <= bytes(shell.typed[1]).count(b"\x1b[B") <= 10
    assert page.locator("#view-1 textarea").evaluate("(field) => field === document.activeElement")
    assert violations(page) == []
    page.evaluate("window.openKeyboard(844)")
    expect(page.locator(".panes")).to_be_visible()
    page.context.close()


def unreached(page: Page) -> list[str] | None:
    """Return what Tab does not reach before the terminal, or nothing where the page changed meanwhile."""
    wanted = page.evaluate(CONTROLS)
    page.locator("body").evaluate("() => document.activeElement.blur()")
    for _ in range(3 * wanted):
        page.keyboard.press("Tab")
        if page.evaluate(AT_END):
            break
    missed: list[str] | None = page.evaluate(MISSED)
    return missed


def test_every_control_is_reached_by_the_keyboard(yard: Yard, ravi: str) -> None:
    """By Tab, from the skip link to the terminal, out of which there is always a way; and one region says all news."""
    page = yard.page(ravi)
    opened(page)
    assert page.locator(LIVE).evaluate_all("(all) => all.map((each) => each.id || each.outerHTML)") == ["live"]
    missed = unreached(page)
    if missed is None:
        opened(page)
        missed = unreached(page)
    assert missed == []
    page.keyboard.press("Escape")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Control+Alt+ArrowRight")
    expect(page.locator("#view-1 textarea")).to_be_focused()
    page.keyboard.press("Control+Alt+ArrowRight")
    expect(page.locator("#main")).to_be_focused()
    page.context.close()


def test_what_a_text_does(yard: Yard, ravi: str) -> None:
    """Terms, notes, tabs and steps by keyboard and finger; each is said where it changes."""
    page = yard.page(ravi, phone=True)
    opened(page)
    assert violations(page) == []
    term = page.get_by_role("button", name="daemon")
    meaning = page.locator(".meaning")
    term.tap()
    expect(meaning).to_contain_text("A program that runs in the background.")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    term.hover()
    expect(meaning).to_be_visible()
    page.mouse.move(5, 400)
    expect(meaning).to_be_hidden()
    page.locator(".footnote-ref a").tap()
    expect(page.locator(".footnotes")).to_be_in_viewport()
    page.locator(".footnote-backref").tap()
    expect(page.locator(".footnote-ref")).to_be_in_viewport()
    expect(page.locator(".note-tip")).to_contain_text("Choose one")
    page.get_by_role("tab", name="Debian").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Fedora")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Debian")).to_be_hidden()
    steps = page.locator(".steps")
    steps.get_by_role("button", name="Step through").press("Enter")
    expect(steps).to_contain_text("1 of 2. The first box comes")
    expect(page.locator("#live")).to_have_text("1 of 2. The first box comes")
    expect(page.locator(".step").nth(1)).to_be_hidden()
    steps.get_by_role("button", name="Step through").tap()
    expect(page.locator(".step").nth(1)).to_be_visible()
    steps.get_by_role("button", name="Back").tap()
    expect(page.locator(".step").nth(1)).to_be_hidden()
    page.context.close()


def test_a_command_is_edited_and_goes_where_it_belongs(yard: Yard, ravi: str) -> None:
    """With the attempt's own values, into the terminal in front or one of its name; output has no button."""
    page = yard.page(ravi)
    shell = opened(page)
    first, second = (page.locator("figure:has([data-act=run])").nth(at) for at in (0, 1))
    expect(page.locator("figure[data-language=output]").get_by_role("button")).to_have_count(0)
    command = first.locator("code").inner_text()
    assert re.fullmatch(r"touch /root/(otter|heron) && ls /root", command)
    first.get_by_role("button", name="Run", exact=True).click()
    expect_typed(shell, b"\x05\x15\x1b[200~" + command.encode() + b"\x1b[201~\r")
    expect(page.locator("#view-1 textarea")).to_be_focused()
    first.get_by_role("button", name="Edit").press("Enter")
    page.keyboard.press("End")
    page.keyboard.type(".old")
    page.keyboard.press("Control+Enter")
    expect_typed(shell, b"\x05\x15\x1b[200~" + command.encode() + b".old\x1b[201~\r")
    second.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("tab", name="logs")).to_have_attribute("data-front", "")
    expect_typed(shell, b"\x05\x15\x1b[200~tail -f /dev/null\x1b[201~\r", number=2)
    page.context.close()


def test_help_says_its_price_and_the_end_is_marked_quietly(yard: Yard, ravi: str) -> None:
    """Before it is paid, and after a question; the end glows once, and stands still where motion is not wanted."""
    page = yard.page(ravi)
    opened(page)
    card = page.locator("#make-it")
    card.get_by_role("button", name="Hint 1 of 1 · costs 1 point").click()
    expect(card.locator(".hints")).to_contain_text("makes an empty file")
    card.get_by_role("button", name="Show the solution").click()
    asked = page.locator("#make-it-ask")
    expect(asked).to_contain_text("It costs 2 of the 4 points that this exercise can still bring.")
    expect(card.locator(".solution")).to_have_count(0)
    asked.get_by_role("button", name="Show the solution").click()
    expect(card.locator(".solution")).to_contain_text("touch /root/")
    card.get_by_role("button", name="Skip").click()
    expect(card).to_contain_text("Skipped")
    card.get_by_role("button", name="Take it up again").click()
    expect(card.get_by_role("button", name="Skip")).to_be_visible()
    expect(page.locator(".done")).to_have_count(0)
    yard.server.tell("verdict", learner="ravi", exercise="make-it", passed=True)
    done = page.locator(".done.fresh")
    expect(done).to_contain_text("The exercise is passed.")
    expect(page.locator("#live")).to_have_text("Exercise 1 passed. All exercises are passed.")
    moves = "(element) => getComputedStyle(element).animationName"
    assert done.evaluate(moves) == "none"
    page.emulate_media(reduced_motion="no-preference")
    assert done.evaluate(moves) == "glow"
    assert violations(page) == []
    page.reload()
    expect(page.locator(".done:not(.fresh)")).to_be_visible()
    page.context.close()
