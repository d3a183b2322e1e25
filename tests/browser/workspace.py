"""The workspace as a learner uses it: reading cards, typing into the terminal."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

COURSE = "docker-from-bare-metal"
FIRST_COMMANDS = "first-commands"
BARE_METAL = "bare-metal"
SLOW_MILLISECONDS = 60_000
NOTE_PROMPT = """() => {
  window.prompted = new Promise((resolve) => {
    document.addEventListener("slipway:terminal-prompt", () => resolve(true), { once: true });
  });
}"""
AWAIT_PROMPT = "(most) => Promise.race([window.prompted, new Promise((resolve) => setTimeout(resolve, most, false))])"
PROMPT = re.compile(r"root@\w+:[^#]*# *$")


class Workspace:
    """One open lesson page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self, lesson: str) -> None:
        """Go to a lesson of the first course."""
        self.page.goto(f"{self.address}/courses/{COURSE}/{lesson}/")

    def start_as_guest(self) -> None:
        """Become a guest by one click on the catalogue, which leads into the first lesson."""
        self.begin_as_guest()
        self.page.wait_for_load_state()

    def begin_as_guest(self) -> None:
        """Click, and do not wait for the lesson."""
        self.page.goto(self.address)
        self.page.get_by_role("button", name="Start as a guest").first.click()

    @property
    def terminal(self) -> Locator:
        """The terminal in view."""
        return self.page.locator("#views .view:not([hidden])")

    def screen(self) -> str:
        """Return the text on the terminal's screen, without blanks at the ends of lines."""
        rows = self.terminal.locator(".xterm-rows > div").all_inner_texts()
        return "\n".join(row.replace("\xa0", " ").rstrip() for row in rows).rstrip()

    def wait_for_prompt(self) -> None:
        """Wait until the shell asks for a command, and the page sends what is typed."""
        expect(self.terminal).to_have_attribute("data-state", "ready", timeout=SLOW_MILLISECONDS)
        expect(self.page.locator("#machine-state[data-kind=ready]")).to_have_attribute(
            "data-set-up", "", timeout=SLOW_MILLISECONDS
        )
        self._wait_until_screen(lambda text: bool(PROMPT.search(text)))

    def wait_for_text(self, text: str) -> None:
        """Wait until the screen shows a text."""
        self._wait_until_screen(lambda screen: text in screen)

    def type(self, text: str) -> None:
        """Type into the terminal."""
        self.terminal.locator("textarea").focus()
        self.page.keyboard.type(text)

    def run(self, command: str) -> None:
        """Type a command, press Enter and wait for the next prompt."""
        self.page.evaluate(NOTE_PROMPT)
        self.type(command + "\n")
        assert self.page.evaluate(AWAIT_PROMPT, SLOW_MILLISECONDS), f"no prompt after {command!r}"
        self.wait_for_prompt()

    def card(self, exercise: str) -> Locator:
        """Return the card of an exercise."""
        return self.page.locator(f"article.exercise#{exercise}")

    def name_in(self, exercise: str, place: int = 0) -> str:
        """Return the word in code that stands at this place of an exercise's text: a parameter of the attempt."""
        return self.card(exercise).locator(".text code").nth(place).inner_text()

    def expect_passed(self, exercise: str) -> None:
        """Wait for the tick."""
        expect(self.card(exercise)).to_have_class(re.compile(r"\bpass\b"), timeout=SLOW_MILLISECONDS)

    def expect_not_yet(self, exercise: str) -> None:
        """Wait for the word that it is not right yet."""
        expect(self.card(exercise)).to_have_class(re.compile(r"\bfail\b"), timeout=SLOW_MILLISECONDS)

    def _wait_until_screen(self, holds: Callable[[str], bool]) -> None:
        for _ in range(SLOW_MILLISECONDS // 100):
            if holds(self.screen()):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"the terminal does not show it; it shows:\n{self.screen()}")
