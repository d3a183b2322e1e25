"""The pages in a real browser: accessible in both themes, live, by keyboard, on a phone and without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages.axe import violations
from tests.browser.pages.conftest import COURSE, LESSON, PASSWORD, Yard

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("person", "address"),
    [
        (None, "/"),
        (None, LESSON),
        (None, "/accounts/sign-in/"),
        (None, "/accounts/sign-up/"),
        (None, "/no-such-page"),
        ("asha", "/"),
        ("asha", COURSE),
        ("asha", LESSON),
        ("asha", "/progress/"),
        ("asha", "/search/?q=file"),
        ("asha", "/certificates/of/fixture-course/"),
        ("asha", "/accounts/password/"),
        ("asha", "/accounts/sign-out/"),
        ("asha", "/grades/"),
        ("gita", "/grades/"),
        ("gita", "/grades/fixture-course/"),
    ],
)
def test_axe_finds_nothing(yard: Yard, person: str | None, address: str) -> None:
    """Each page is free of what a machine can find wrong with its accessibility, in both themes and both languages."""
    page = yard.page(person)
    for interface in ("en", "hi"):
        yard.speak(page, interface)
        page.goto(address)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], (interface, theme)
    page.context.close()


def test_axe_finds_nothing_in_what_a_terminal_opens(yard: Yard) -> None:
    """Menus and questions are as accessible as the page, and Escape closes each."""
    page = yard.page("asha", phone=True)
    page.goto(LESSON)
    show = "(id) => document.getElementById(id).showPopover()"
    # With the choices that it has on a page, which are made when it asks.
    ask_where = """async () => {
      const { askWhere } = await import(document.querySelector("link[rel=modulepreload][href*='/lesson/where']").href);
      const other = { name: "Terminal 2", number: 2, isFree: true };
      askWhere({ name: "Terminal 1" }, { all: [other], layout: { isFull: false } });
    }"""
    for opened in ("terminal-menu", "ask-name", "ask-paste", "ask-where", "ask-look", "keys-list"):
        page.evaluate(ask_where if opened == "ask-where" else show, opened)
        expect(page.locator(f"#{opened}")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.locator(f"#{opened}")).to_be_hidden()
    assert page.locator("#ask-where .choices button").count() == 4
    page.context.close()


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("address", ["/", COURSE, LESSON, "/accounts/sign-up/", "/grades/fixture-course/"])
def test_no_page_is_wider_than_its_window(yard: Yard, address: str, phone: bool) -> None:  # noqa: FBT001
    """Nothing scrolls sideways, at 390 pixels as at 1440."""
    page = yard.page("gita" if "grades" in address else "asha", phone=phone)
    for interface in ("en", "hi"):
        yard.speak(page, interface)
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), interface
    page.context.close()


def test_targets_on_a_phone_are_large(yard: Yard) -> None:
    """Buttons that stand alone are at least 40 pixels high under a finger, small ones at least 24."""
    page = yard.page("asha", phone=True)
    page.goto(LESSON)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, .button, summary")].filter((each) => {
            const { width, height } = each.getBoundingClientRect();
            const least = each.matches(".small") ? 24 : 40;
            return width && height && Math.min(width, height) < least && each.closest("[hidden]") === null;
        }).map((each) => each.outerHTML.slice(0, 120))"""
    )
    assert small == []
    page.context.close()


def test_a_verdict_ticks_on_the_open_page(yard: Yard) -> None:
    """The card turns without a reload, is said, and what was being typed elsewhere stays."""
    page = yard.page("asha")
    page.goto(LESSON)
    page.fill("#ask-the-kernel-answer", "6.18")
    yard.server.tell("verdict", learner="asha", exercise="make-a-file", passed=True)
    expect(page.locator("#make-a-file")).to_have_class("exercise pass fresh")
    expect(page.locator("#live")).to_have_text("Exercise 1 passed. Next: exercise 2.")
    expect(page.locator("#ask-the-kernel-answer")).to_have_value("6.18")
    expect(page.locator("#ended")).to_contain_text("touch /root/otter ended with 0 · exercise 1 passed")
    yard.server.tell("verdict", learner="asha", exercise="make-a-file", passed=False)
    expect(page.locator("#make-a-file .compare .seen")).to_have_text("exists = false")
    page.context.close()


def test_a_machine_that_is_suspended_covers_the_terminal(yard: Yard) -> None:
    """The state changes in the same box, with a way on, and back."""
    page = yard.page("asha")
    page.goto(LESSON)
    box = page.locator(".box")
    before = box.bounding_box()
    yard.server.tell("machine", learner="asha", state="suspended")
    expect(page.locator("#machine-state")).to_contain_text("Your machine is suspended")
    expect(page.locator("#machine-state button")).to_have_text("Resume")
    assert violations(page) == []
    yard.server.tell("machine", learner="asha", state="failed", failure="The disk is full.")
    expect(page.locator("#machine-state")).to_contain_text("The disk is full.")
    assert violations(page) == []
    yard.server.tell("machine", learner="asha", state="ready")
    expect(page.locator("#machine-state")).to_be_hidden()
    after = box.bounding_box()
    assert before is not None
    assert after is not None
    assert before["x"] == after["x"]
    page.context.close()


def test_hints_open_in_place(yard: Yard) -> None:
    """A hint is shown and said without a reload."""
    page = yard.page("asha")
    page.goto(LESSON)
    page.evaluate("window.isSamePage = true")
    page.locator("#make-a-file").get_by_role("button", name="Hint 1 of 2").click()
    expect(page.locator("#make-a-file .hints")).to_contain_text("touch makes an empty file.")
    expect(page.locator("#live")).to_contain_text("Hint 1")
    assert page.evaluate("window.isSamePage")
    page.context.close()


def test_the_keyboard_reaches_everything(yard: Yard) -> None:
    """Skip link first, shortcuts to the exercise, the list and the divider."""
    page = yard.page("asha")
    page.goto(LESSON)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+n")
    expect(page.locator("#make-a-file")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys-list")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys-list")).to_be_hidden()
    page.locator(".grip").focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".grip")).to_have_attribute("aria-valuenow", "39")
    page.reload()
    expect(page.locator(".grip")).to_have_attribute("aria-valuenow", "39")
    page.keyboard.press("Control+`")
    assert page.evaluate("document.getElementById('machine').contains(document.activeElement)")
    page.keyboard.press("Control+`")
    expect(page.locator("#main")).to_be_focused()
    page.context.close()


def test_the_language_changes_in_its_place(yard: Yard) -> None:
    """The same page goes on in Hinglish and back."""
    page = yard.page("asha")
    page.goto(LESSON)
    page.evaluate("window.isSamePage = true")
    page.get_by_role("button", name="Hinglish").first.click()
    expect(page.locator("h1")).to_have_text("Pehle kadam")
    page.get_by_role("button", name="English").first.click()
    expect(page.locator("h1")).to_have_text("First steps")
    assert page.evaluate("window.isSamePage")
    page.context.close()


def test_the_theme_turns_without_a_reload_and_is_kept(yard: Yard) -> None:
    """System, light, dark: the server renders the choice on the next page."""
    page = yard.page()
    page.goto("/")
    page.locator("#theme button").click()
    page.locator("#theme button").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(LESSON)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.context.close()


def test_who_has_too_many_pages_open_is_told(yard: Yard) -> None:
    """One more says what to do, and goes on by itself when others are closed; other people notice nothing."""
    yard.server.tell("person", name="wasim", password=PASSWORD)
    crowd = yard.page("wasim")
    crowd.goto(LESSON)
    crowd.evaluate(
        """(address) => Promise.all(Array.from({ length: 48 }, () => new Promise((resolve) => {
          const socket = new WebSocket(address.replace(/^http/, "ws"));
          socket.onmessage = socket.onclose = resolve;
        })))""",
        f"{yard.server.address}/ws{LESSON.replace('courses', 'lessons')}",
    )
    page = yard.page("wasim")
    page.goto(LESSON)
    banner = page.locator("#reconnecting")
    expect(banner).to_contain_text("Close those that you do not need")
    other = yard.page("asha")
    other.goto(LESSON)
    expect(other.locator("#view-1[data-state]")).to_have_count(1)
    expect(other.locator("#reconnecting")).to_be_hidden()
    crowd.context.close()
    banner.get_by_role("button").click()
    expect(banner).to_be_hidden()
    page.context.close()
    other.context.close()
    # Whose machine nobody starts here would stand before all who come later.
    yard.server.tell("calm")


def test_without_a_script_a_lesson_is_read_and_done(yard: Yard) -> None:
    """Reading, hints and checking by the button need none."""
    page = yard.page("asha", script=False)
    page.goto(LESSON)
    expect(page.locator("#main")).to_contain_text("A file is the smallest thing that stays.")
    page.locator("#make-a-file").get_by_role("button", name="Hint 2 of 2").click()
    expect(page.locator("#make-a-file .hints li")).to_have_count(2)
    page.locator("#make-a-file").get_by_role("button", name="Check now").click()
    expect(page.locator("#make-a-file .tag").first).to_have_text("Checking…")
    page.context.close()


def test_the_grid_is_walked_by_keyboard(yard: Yard) -> None:
    """Arrow keys move, Enter opens the evidence, Escape goes back to the cell."""
    page = yard.page("gita")
    page.goto("/grades/fixture-course/")
    page.locator(".grid .cell").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-title")).to_have_text("Make one")
    expect(page.locator(".sheet")).to_contain_text("exists = false")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_have_count(0)
    expect(page.locator(".grid .cell").first).to_be_focused()
    page.context.close()


def _begun_as_a_guest(yard: Yard) -> Page:
    page = yard.page()
    page.goto(LESSON)
    page.locator("#machine").get_by_role("button", name="Start as a guest").click()
    expect(page.locator("#machine-state")).to_have_attribute("data-kind", re.compile("starting|queued"))
    return page


def test_a_guest_begins_in_one_click(yard: Yard) -> None:
    """From a lesson that a stranger reads to a machine that starts."""
    page = _begun_as_a_guest(yard)
    if page.locator("#machine-state").get_attribute("data-kind") == "queued":
        # Nobody serves the line here: a page that took 3 s to come says that. The next guest's may be quicker.
        page.context.close()
        yard.server.tell("calm")
        page = _begun_as_a_guest(yard)
    expect(page.locator("#machine-state")).to_contain_text("Your machine is starting")
    expect(page.locator("#machine-status")).to_have_text("Starting")
    assert violations(page) == []
    page.context.close()
