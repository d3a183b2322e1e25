"""The pages in Hindi, as a person comes to read them: by a button, and then whatever happens on an open page."""

from playwright.sync_api import expect

from tests.browser.pages.axe import violations
from tests.browser.pages.conftest import LESSON, PASSWORD, Yard


def test_one_press_turns_the_pages_to_hindi(yard: Yard) -> None:
    """Without a script too, and on the same page; on a phone the way back is there as well."""
    page = yard.page(script=False)
    page.goto("/search/?q=file")
    page.get_by_role("button", name="हिन्दी").click()
    expect(page).to_have_url(f"{yard.server.address}/search/?q=file")
    expect(page.locator("h1")).to_have_text("सभी पाठों में खोजें")
    page.context.close()
    page = yard.page(phone=True, script=False)
    yard.speak(page, "hi")
    for address in ("/", LESSON):
        page.goto(address)
        expect(page.get_by_role("button", name="English").locator("visible=true").first).to_be_visible()
    page.context.close()


def test_an_open_lesson_goes_on_in_hindi(yard: Yard) -> None:
    """What its events bring, what its modules say and what a form answers is in the language of the page."""
    yard.server.tell("person", name="hema", password=PASSWORD)
    page = yard.page("hema")
    yard.speak(page, "hi")
    page.goto(LESSON)
    expect(page.locator("#machine-status")).to_have_text("शुरू हो रही है")
    yard.server.tell("machine", learner="hema", state="suspended")
    expect(page.locator("#machine-state h2")).to_have_text("आपकी मशीन सस्पेंड है")
    yard.server.tell("verdict", learner="hema", exercise="make-a-file", passed=False)
    card = page.locator("#make-a-file")
    expect(card.locator("header .tag")).to_have_text("अभी नहीं")
    expect(page.locator("#live")).to_contain_text("अभ्यास 1, अभी नहीं")
    card.get_by_role("button", name="छोड़ें").click()
    expect(card.locator("header .tag")).to_have_text("छोड़ा गया")
    page.locator("#theme button").click()
    expect(page.locator("#live")).to_have_text("थीम: हल्की")
    assert violations(page) == []
    page.context.close()
