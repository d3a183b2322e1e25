"""The lesson's pane in a real browser: questions, contents, notes, the place, search and the certificate."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages.axe import violations
from tests.browser.pages.conftest import COURSE, LESSON, Yard

pytestmark = pytest.mark.browser

QUESTIONS = "/courses/question-course/questions/"


def clean_in_both_themes(page: Page) -> None:
    """See that axe finds nothing, light and dark."""
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    page.emulate_media(color_scheme="light")


def place_of(page: Page, text: str) -> int:
    """Return where an item lies in the list that is to be ordered."""
    texts = page.locator("#in-order .items li label").all_inner_texts()
    return next(at for at, each in enumerate(texts) if text in each)


def send(page: Page, button: Locator) -> None:
    """Press a button of a card, and wait until the server has taken its form."""
    with page.expect_response(lambda response: "/exercises/" in response.url and response.request.method == "POST"):
        button.click()


def test_questions_are_answered_by_keyboard_and_told_why(yard: Yard) -> None:
    """Chosen, ordered and predicted without a mouse; a wrong answer says why, a right one passes in place."""
    page = yard.page("uma")
    page.goto(QUESTIONS)
    yard.server.tell("machine", learner="uma", state="ready")
    clean_in_both_themes(page)
    card = page.locator("#one-of-them")
    card.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(card).to_have_class(re.compile("busy"))
    yard.server.tell("judged", learner="uma")
    expect(card.locator(".nudge")).to_contain_text("It has files: those of its image.")
    expect(card.locator(".seen")).to_have_text("Its own files")
    card.get_by_role("link", name="Explain what happened").click()
    expect(card.locator(".story")).to_contain_text("You answered, so your machine was looked at")
    clean_in_both_themes(page)
    card.get_by_label("Its own kernel").check()
    send(page, card.get_by_role("button", name="Submit"))
    yard.server.tell("judged", learner="uma")
    expect(card).to_have_class("exercise pass fresh")
    order = page.locator("#in-order")
    for at, text in enumerate(("The firmware", "The boot loader", "The kernel")):
        while place_of(page, text) > at:
            order.locator("li").nth(place_of(page, text)).get_by_role("button", name="Up").focus()
            page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("place")
    send(page, order.get_by_role("button", name="Submit"))
    yard.server.tell("judged", learner="uma")
    expect(order).to_have_class("exercise pass fresh")
    first = page.locator("#think-first")
    first.get_by_label("How many lines will it print?").fill("3")
    first.get_by_label("It stays").check()
    first.get_by_role("button", name="Keep the prediction").click()
    expect(first).to_contain_text("Your prediction is kept.")
    expect(first.get_by_role("textbox")).to_have_count(0)
    page.context.close()


def test_an_answer_that_is_being_given_survives_what_comes_meanwhile(yard: Yard) -> None:
    """A card that is drawn anew leaves a form alone until it is sent; a refused one stays to be mended."""
    page = yard.page("uma")
    page.goto(QUESTIONS)
    card = page.locator("#how-much")
    card.get_by_label("Memory").fill("lots")
    card.get_by_label("Release of Docker").fill("26.1")
    card.get_by_role("button", name="Submit").click()
    expect(page.locator("#notice")).to_contain_text("Write a number in MiB")
    expect(card.get_by_label("Release of Docker")).to_have_value("26.1")
    match = page.locator("#which-to-which")
    match.locator("select").first.select_option("2")
    send(page, match.get_by_role("button", name="Check now"))
    yard.server.tell("judged", learner="uma")
    expect(match).to_have_class(re.compile("fail"))
    expect(match.locator("select").first).to_have_value("2")
    page.context.close()


def test_contents_notes_and_the_place(yard: Yard) -> None:
    """The contents lead to a section; a note is kept beside it; the page opens there again."""
    page = yard.page("uma", phone=True)
    page.goto(LESSON)
    page.get_by_role("button", name="Contents").click()
    clean_in_both_themes(page)
    with page.expect_response(re.compile("/place/$")):
        page.locator("#contents").get_by_role("link", name="What comes next").click()
    expect(page.locator("#contents")).to_be_hidden()
    page.goto(LESSON)
    expect(page.locator("#main")).to_have_attribute("data-place", "s-what-comes-next")
    expect(page.locator("#s-what-comes-next")).to_be_in_viewport()
    beside = page.locator("#foot-s-what-comes-next")
    beside.get_by_text("Add a note").click()
    beside.get_by_label("Your note").fill("Ask about it")
    beside.get_by_role("button", name="Save the note").click()
    expect(beside.locator("summary")).to_have_text("Your note")
    beside.get_by_role("button", name="Mark as read").click()
    expect(beside.get_by_role("button", name="Read")).to_have_attribute("aria-pressed", "true")
    clean_in_both_themes(page)
    page.reload()
    expect(beside.get_by_label("Your note")).to_have_value("Ask about it")
    with page.expect_download() as download:
        page.get_by_role("button", name="Contents").click()
        page.get_by_role("link", name="Your notes as a file").click()
    assert "Ask about it" in Path(download.value.path()).read_text()
    page.context.close()


def test_search_leads_to_the_section_and_the_certificate_is_verified_by_all(yard: Yard) -> None:
    """From the lesson to the hits to the place; a stranger reads the certificate."""
    page = yard.page("uma")
    page.goto(LESSON)
    page.get_by_role("button", name="Contents").click()
    page.get_by_role("searchbox").fill("second lesson")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    clean_in_both_themes(page)
    page.get_by_role("link", name="What comes next").click()
    expect(page.locator("#s-what-comes-next")).to_be_in_viewport()
    page.goto(f"{COURSE}second-steps/")
    yard.server.tell("passed", learner="uma", course="fixture-course")
    page.goto(COURSE)
    page.get_by_role("link", name="Your certificate").click()
    clean_in_both_themes(page)
    page.get_by_label("Name").fill("Uma Rao")
    page.get_by_role("button", name="Issue the certificate").click()
    expect(page.get_by_role("heading", name="Uma Rao")).to_be_visible()
    stranger = yard.page()
    stranger.goto(page.url)
    expect(stranger.get_by_role("status").first).to_contain_text("This certificate is genuine")
    clean_in_both_themes(stranger)
    stranger.context.close()
    page.context.close()
