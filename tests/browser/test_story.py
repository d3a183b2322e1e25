"""The whole story: what a learner and a grader do in the first hour, with a crash in the middle."""

import csv
import io
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import DESKTOP
from tests.browser.workspace import BARE_METAL, COURSE, FIRST_COMMANDS, Workspace
from tests.instance import Instance

PHONE = ViewportSize(width=390, height=844)
EXERCISE = "in-the-background"
LEARNER, PASSWORD = "meera", "a-long-enough-secret"


def test_from_guest_to_grade(instance: Instance, browser: Browser, shots: Path) -> None:
    """A guest fails, is helped, passes, loses browser and server, goes on, signs up, and is graded on evidence."""
    context = browser.new_context(viewport=DESKTOP)
    workspace = Workspace(context.new_page(), instance.address)
    workspace.start_as_guest()
    workspace.open(FIRST_COMMANDS)
    workspace.wait_for_prompt()
    _wrong_then_right(workspace, shots)
    workspace.run("export MARK=still-the-same-shell")
    cookies = context.storage_state()
    context.close()

    instance.kill("web")

    context = browser.new_context(viewport=DESKTOP, storage_state=cookies)
    workspace = Workspace(context.new_page(), instance.address)
    _open_when_back(workspace)
    workspace.wait_for_text("export MARK=")
    workspace.run("echo $MARK")
    workspace.wait_for_text("\nstill-the-same-shell")
    workspace.expect_passed(EXERCISE)

    _sign_up(workspace.page, instance.address)
    _answer_in_another_lesson(workspace)
    context.close()
    _grade(browser, instance, shots)


def _wrong_then_right(workspace: Workspace, shots: Path) -> None:
    workspace.card("in-front").get_by_role("button", name="Skip").click()
    expect(workspace.card("in-front")).to_contain_text("Skipped")
    name = workspace.name_in(EXERCISE)
    workspace.run(f"docker run --name {name} nginx -d")
    workspace.expect_not_yet(EXERCISE)
    card = workspace.card(EXERCISE)
    expect(card).to_contain_text("Options of docker run stand before the image")
    expect(card.locator(".compare").first).to_be_visible()
    card.scroll_into_view_if_needed()
    _shoot(workspace.page, shots, "not-yet")
    workspace.run(f"docker rm {name}")
    workspace.run(f"docker run -d --name {name} nginx")
    workspace.expect_passed(EXERCISE)
    expect(workspace.page.locator("#live")).to_contain_text("Exercise 2 passed")
    card.scroll_into_view_if_needed()
    _shoot(workspace.page, shots, "passed")


def _open_when_back(workspace: Workspace) -> None:
    for _ in range(100):
        try:
            workspace.open(FIRST_COMMANDS)
        except Exception:  # noqa: BLE001  (Playwright's own error: the server is not back yet)
            workspace.page.wait_for_timeout(100)
        else:
            break
    workspace.wait_for_prompt()


def _sign_up(page: Page, address: str) -> None:
    page.goto(f"{address}/accounts/sign-up/")
    page.locator("[name=username]").fill(LEARNER)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("form:has([name=password1]) button").click()
    page.wait_for_url(lambda url: "sign-up" not in url)


def _answer_in_another_lesson(workspace: Workspace) -> None:
    workspace.open(FIRST_COMMANDS)
    workspace.expect_passed(EXERCISE)
    workspace.open(BARE_METAL)
    workspace.wait_for_prompt()
    workspace.run("echo answers: $(nproc) $(awk '/^MemTotal:/ {print $2}' /proc/meminfo) $(uname -r)")
    words = workspace.screen().rpartition("\nanswers: ")[2].split()
    card = workspace.card("from-the-bottom")
    for name, value in zip(("cpus", "memory", "kernel"), words, strict=False):
        card.locator(f"[name=answer-{name}]").fill(value)
    card.get_by_role("button", name="Submit").click()
    workspace.expect_passed("from-the-bottom")


def _grade(browser: Browser, instance: Instance, shots: Path) -> None:
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{instance.address}/accounts/sign-in/")
    page.locator("[name=login]").fill("admin")
    page.locator("[name=password]").fill((instance.home / "admin-password").read_text().strip())
    page.locator("form:has([name=password]) button").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"{instance.address}/grades/{COURSE}/")
    page.locator(f"tr:has(th:has-text('{LEARNER}')) .cell.pass").last.click()
    sheet = page.locator(".sheet")
    expect(sheet).to_contain_text("--name")
    expect(sheet).to_contain_text("nginx -d")
    sheet.get_by_role("button", name="Check again").click()
    expect(sheet).to_contain_text("A grader asked", timeout=30_000)
    _shoot(page, shots, "grades")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert any(LEARNER in row.values() for row in rows)
    context.close()


def _shoot(page: Page, shots: Path, name: str) -> None:
    """Take the page as a desktop and as a phone shows it, light and dark."""
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for kind, size in (("phone", PHONE), ("desktop", DESKTOP)):
            page.set_viewport_size(size)
            page.wait_for_timeout(200)
            page.screenshot(path=shots / f"{name}-{kind}-{theme}.png")
    page.emulate_media(color_scheme="light")
