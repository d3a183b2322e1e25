"""A recording in a real browser, under the page's policy: played by keyboard, and read as text."""

import pytest
from playwright.sync_api import expect

from tests.browser.pages.axe import violations
from tests.browser.pages.conftest import LESSON, Yard

pytestmark = pytest.mark.browser

QUESTIONS = "/courses/question-course/questions/"
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""


def test_a_recording_plays_by_keyboard_and_its_text_is_there(yard: Yard) -> None:
    """It waits for who wants it, plays to its end, and a card or a language that changes leaves it playing."""
    page = yard.page("uma", phone=True)
    page.add_init_script(WATCH)
    page.goto(QUESTIONS)
    figure = page.locator(".recording")
    play = figure.get_by_role("button", name="Play")
    expect(play).to_be_attached()
    text = figure.get_by_role("region")
    expect(text).to_be_hidden()
    expect(figure.locator(".ap-term-text")).not_to_contain_text("100 %")
    assert violations(page) == []
    figure.locator(".ap-player").evaluate("(player) => { player.isTheSame = true; }")
    play.focus()
    page.keyboard.press("Enter")
    expect(figure.locator(".ap-term-text")).to_contain_text("100 %")
    page.evaluate("document.querySelector('#languages-narrow button[value=hi-Latn]').click()")
    expect(figure).to_have_attribute("aria-label", "Koi make likhta hai, aur ek patti bharti hai")
    assert figure.locator(".ap-player").evaluate("(player) => player.isTheSame")
    figure.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(text).to_have_text("root@host:~# make\n[##########] 100 %\nIt is done.\nroot@host:~#")
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.emulate_media(media="print")
    expect(figure.locator(".player")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.refused") == []
    page.context.close()


def test_without_a_script_the_text_is_read(yard: Yard) -> None:
    """It stands open below the words of its author."""
    page = yard.page(script=False)
    page.goto(QUESTIONS)
    expect(page.locator(".recording .player")).to_be_hidden()
    expect(page.locator(".recording pre")).to_contain_text("[##########] 100 %")
    page.context.close()


def test_only_a_page_with_a_recording_loads_the_player(yard: Yard) -> None:
    """No other page gets its script, or may do what it needs."""
    page = yard.page("asha")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    answer = page.goto(LESSON)
    page.wait_for_load_state("networkidle")
    assert answer is not None
    assert "wasm" not in answer.headers["content-security-policy"]
    assert not [address for address in loaded if "asciinema" in address or "recording." in address]
    page.context.close()
