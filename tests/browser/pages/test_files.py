"""Files beside the terminals, in a real browser: the program that acts on them runs on a folder of the test."""

import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages.axe import violations
from tests.browser.pages.conftest import LESSON, PASSWORD, Yard

pytestmark = pytest.mark.browser

DOCKERFILE = "FROM ubuntu\nRUN true\n"


class Desk:
    """A learner with the files open; `home` is the machine's /root."""

    def __init__(self, page: Page, home: Path) -> None:
        self.page = page
        self.home = home
        self.notice = page.locator(".files-notice")
        self.text = page.locator(".source .cm-content")
        self.tree = page.get_by_role("tree", name="Files of the machine")

    def open(self) -> None:
        """Show the files by keyboard, as they are when the list has come."""
        self.page.keyboard.press("Alt+e")
        expect(self.entry("app")).to_be_visible()

    def entry(self, name: str) -> Locator:
        """Return an entry of the tree."""
        return self.tree.get_by_role("treeitem", name=name, exact=True)

    def open_file(self, *names: str) -> None:
        """Go down the tree by keyboard and open a file."""
        for name in names:
            self.entry(name).focus()
            self.page.keyboard.press("Enter")
        expect(self.page.locator(".files-main [aria-selected=true]")).to_contain_text(names[-1])
        expect(self.text).to_be_focused()

    def act(self, name: str) -> None:
        """Press a button of the list or the notice."""
        self.page.locator("#files").get_by_role("button", name=name, exact=True).click()

    def is_clean(self) -> None:
        """See that axe finds nothing, light and dark."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            assert violations(self.page) == []


@pytest.fixture(scope="module")
def home(yard: Yard, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the learner a machine whose /root is a folder here."""
    home = tmp_path_factory.mktemp("root")
    yard.server.tell("person", name="filip", password=PASSWORD)
    yard.page("filip").goto(LESSON)
    yard.server.tell("machine", learner="filip", state="ready")
    yard.server.start_engine(home)
    yard.server.tell("engine", learner="filip")
    return home


@pytest.fixture(params=[False], ids=["desktop"])
def desk(yard: Yard, home: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Open the lesson on a machine with a Dockerfile."""
    (home / "app").mkdir(exist_ok=True)
    (home / "app/Dockerfile").write_text(DOCKERFILE)
    yard.server.tell("machine", learner="filip", state="ready")
    page = yard.page("filip", phone=request.param)
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text) if "Security Policy" in message.text else None)
    page.goto(LESSON)
    yield Desk(page, home)
    page.context.close()
    assert refusals == []


def test_a_file_is_edited_and_saved_by_keyboard(desk: Desk) -> None:
    """Nothing of the editor is fetched before; the mark, the save, its line ends, and the way out and back."""
    fetched: list[str] = []
    desk.page.on("request", lambda request: fetched.append(request.url))
    desk.page.wait_for_timeout(500)
    assert not any("codemirror" in url for url in fetched)
    desk.open()
    assert any("codemirror" in url for url in fetched)
    (desk.home / "app/win.sh").write_bytes(b"#!/bin/sh\r\necho hi\r\n")
    desk.is_clean()
    desk.open_file("app", "Dockerfile")
    desk.page.keyboard.press("Control+End")
    desk.page.keyboard.type("CMD true\n")
    expect(desk.page.locator(".files-main .ended")).to_contain_text("/root/app/Dockerfile · not saved")
    expect(desk.page.locator("#files-open[data-unsaved]")).to_be_visible()
    desk.is_clean()
    desk.page.keyboard.press("Control+s")
    expect(desk.page.locator(".files-main .ended")).to_contain_text("Dockerfile · saved")
    assert (desk.home / "app/Dockerfile").read_text() == DOCKERFILE + "CMD true\n"
    expect(desk.page.locator(".source .cm-line span").first).to_be_visible()
    desk.act("Refresh the list")
    desk.open_file("win.sh")
    desk.page.keyboard.press("Control+End")
    desk.page.keyboard.type("true\n")
    desk.page.keyboard.press("Control+s")
    expect(desk.page.locator("#live")).to_contain_text("win.sh saved")
    assert (desk.home / "app/win.sh").read_bytes() == b"#!/bin/sh\r\necho hi\r\ntrue\r\n"
    desk.page.keyboard.press("Control+`")
    expect(desk.page.locator("#main")).to_be_focused()
    desk.page.keyboard.press("Alt+e")
    expect(desk.page.locator("#files")).to_be_hidden()


def test_a_conflict_shows_both_and_overwrites_nothing(desk: Desk) -> None:
    """The person saves theirs or takes the machine's; a file that was removed is made anew when that is said."""
    path = desk.home / "app/Dockerfile"
    desk.open()
    desk.open_file("app", "Dockerfile")
    for button, kept in (("Save mine", "# mine\n" + DOCKERFILE), ("Take the machine's", "FROM debian\n")):
        desk.page.keyboard.press("Control+Home")
        desk.page.keyboard.type("# mine\n")
        path.write_text("FROM debian\n")
        desk.page.keyboard.press("Control+s")
        expect(desk.notice).to_contain_text("Nothing was overwritten")
        expect(desk.page.locator(".compare-files")).to_contain_text("FROM debian")
        expect(desk.page.locator(".compare-files")).to_contain_text("# mine")
        assert path.read_text() == "FROM debian\n"
        desk.is_clean()
        desk.act(button)
        expect(desk.page.locator(".files-main .ended")).to_contain_text("Dockerfile · saved")
        assert path.read_text() == kept
        desk.text.focus()
    path.unlink()
    desk.page.keyboard.type("x")
    desk.page.keyboard.press("Control+s")
    expect(desk.notice).to_contain_text("removed in the machine")
    assert not path.exists()
    desk.act("Save again")
    expect(desk.page.locator(".files-main .ended")).to_contain_text("Dockerfile · saved")
    assert "FROM debian" in path.read_text()


def test_what_is_not_saved_outlives_page_and_machine(yard: Yard, desk: Desk) -> None:
    """After a reload beside a sleeping machine the text is there, and it is saved when the machine is back."""
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.open()
    desk.open_file("app", "Dockerfile")
    desk.page.keyboard.type("# kept\n")
    yard.server.tell("machine", learner="filip", state="suspended")
    expect(desk.page.locator("#machine-state")).to_contain_text("suspended")
    desk.page.keyboard.press("Control+s")
    desk.page.wait_for_timeout(600)
    desk.page.reload()
    yard.server.tell("machine", learner="filip", state="ready")
    expect(desk.page.locator("#files-open[data-unsaved]")).to_be_visible()
    desk.page.keyboard.press("Alt+e")
    expect(desk.text).to_contain_text("# kept")
    desk.text.focus()
    desk.page.keyboard.press("Control+s")
    expect(desk.page.locator(".files-main .ended")).to_contain_text("Dockerfile · saved")
    assert (desk.home / "app/Dockerfile").read_text() == "# kept\n" + DOCKERFILE
    (desk.home / "app/Dockerfile").write_text("FROM scratch\n")
    desk.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(desk.text).to_have_text("FROM scratch")


def test_new_names_deleting_and_undoing(desk: Desk) -> None:
    """By keyboard alone; a lost answer to a deletion still leaves a way back; a name that is taken stays as it is."""
    desk.open()
    desk.entry("app").focus()
    desk.act("New file")
    desk.is_clean()
    desk.page.keyboard.type("über alles.txt")
    desk.page.keyboard.press("Enter")
    expect(desk.text).to_be_focused()
    assert (desk.home / "app/über alles.txt").read_text() == ""
    desk.entry("über alles.txt").focus()
    desk.page.keyboard.press("F2")
    desk.page.locator("#file-name").fill("Dockerfile")
    desk.page.keyboard.press("Enter")
    expect(desk.notice).to_contain_text("There is something of this name already")
    desk.entry("über alles.txt").focus()
    desk.page.keyboard.press("F2")
    desk.page.locator("#file-name").fill("notes")
    desk.page.keyboard.press("Enter")
    expect(desk.entry("notes")).to_be_focused()
    desk.page.keyboard.press("Delete")
    expect(desk.notice).to_contain_text("notes deleted.")
    assert not (desk.home / "app/notes").exists()
    desk.act("Undo")
    expect(desk.entry("notes")).to_be_focused()
    # The machine deletes, and the answer never comes.
    lost = "**/files/remove/*"
    desk.page.route(lost, lambda route: (route.fetch(), route.abort()))
    desk.page.keyboard.press("Delete")
    expect(desk.notice).to_contain_text("may be deleted or not")
    assert not (desk.home / "app/notes").exists()
    desk.page.unroute(lost)
    desk.tree.get_by_role("treeitem").first.focus()
    desk.page.keyboard.press("Control+z")
    expect(desk.page.locator("#live")).to_contain_text("notes is back")
    assert (desk.home / "app/notes").exists()


def test_files_go_up_and_come_down(desk: Desk) -> None:
    """In pieces, replaced only when that is said; any name; a folder as tar; and what is too much for the editor."""
    desk.open()
    desk.entry("app").focus()
    content = os.urandom(5 * 1024 * 1024)
    for replaced in (content, b"small"):
        with desk.page.expect_file_chooser() as chooser:
            desk.act("Send files to the machine")
        chooser.value.set_files({"name": "a 100%.bin", "mimeType": "text/plain", "buffer": replaced})
        if replaced != content:
            desk.page.get_by_role("button", name="Replace it").click()
        expect(desk.page.locator("#live")).to_contain_text("Files sent to the machine: 1")
        desk.page.evaluate("document.getElementById('live').textContent = ''")
        assert (desk.home / "app/a 100%.bin").read_bytes() == replaced
    (desk.home / "app/a 100%.bin").write_bytes(content)
    desk.entry("a 100%.bin").focus()
    desk.page.keyboard.press("Enter")
    expect(desk.notice).to_contain_text("larger than 1 MiB")
    for name, file in (("a 100%.bin", "a 100%.bin"), ("app", "app.tar")):
        desk.entry(name).focus()
        with desk.page.expect_download() as download:
            desk.act("This entry")
            desk.page.locator("#files-menu").get_by_role("button", name="Download").click()
        assert download.value.suggested_filename == file
        got = Path(download.value.path()).read_bytes()
        if file.endswith(".tar"):
            with tarfile.open(fileobj=io.BytesIO(got)) as archive:
                member = archive.extractfile("app/a 100%.bin")
                assert member is not None
                got = member.read()
        assert got == content
    (desk.home / "app/a 100%.bin").unlink()


def test_a_block_of_the_lesson_opens_as_its_file(desk: Desk) -> None:
    """A new file with the block's text where there is none; else what is there, at the block's place."""
    block = "FROM nginx\nCOPY . /srv\n"
    figure = (
        '<figure class="code" data-actions="open copy" data-file="/root/site/Dockerfile"><pre><code>'
        + block
        + "</code></pre>"
        '<button data-act="open">Open in the editor</button></figure>'
    )
    desk.page.locator("#prose").evaluate("(prose, html) => prose.insertAdjacentHTML('afterbegin', html)", figure)
    desk.page.get_by_role("button", name="Open in the editor").click()
    expect(desk.text).to_contain_text("COPY . /srv")
    expect(desk.page.locator(".files-main .ended")).to_contain_text("/root/site/Dockerfile · not saved")
    desk.page.keyboard.press("Control+s")
    expect(desk.page.locator(".files-main .ended")).to_contain_text("Dockerfile · saved")
    assert (desk.home / "site/Dockerfile").read_text() == block
    (desk.home / "site/Dockerfile").write_text("# a\n" * 300 + block)
    desk.page.reload()
    desk.page.locator("#prose").evaluate("(prose, html) => prose.insertAdjacentHTML('afterbegin', html)", figure)
    desk.page.get_by_role("button", name="Open in the editor").click()
    expect(desk.page.locator(".source .cm-activeLineGutter")).to_have_text("301")


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["phone"])
def test_a_phone_has_the_list_above_the_text(desk: Desk) -> None:
    """Both fit into 390 pixels."""
    desk.page.locator(".panes [data-pane=machine]").click()
    desk.page.locator("#files-open").click()
    desk.entry("app").click()
    desk.entry("Dockerfile").click()
    expect(desk.text).to_contain_text("FROM ubuntu")
    desk.is_clean()
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
