"""Files of a real machine: what the editor saves is what the terminal sees, and the other way round."""

import io
import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.workspace import FIRST_COMMANDS, Workspace

pytestmark = pytest.mark.browser


def test_editor_and_terminal_share_the_machine(workspace: Workspace) -> None:
    """Owner and mode stay; a folder of the image is deleted and comes back; a folder comes down as tar."""
    page = workspace.page
    workspace.open(FIRST_COMMANDS)
    workspace.wait_for_prompt()
    workspace.run("mkdir app && echo 'FROM ubuntu' >app/Dockerfile && chown daemon:daemon app/* && chmod 640 app/*")
    page.keyboard.press("Alt+e")
    tree = page.get_by_role("tree", name="Files of the machine")
    tree.get_by_role("treeitem", name="app", exact=True).click()
    tree.get_by_role("treeitem", name="Dockerfile", exact=True).click()
    expect(page.locator(".source .cm-content")).to_contain_text("FROM ubuntu")
    page.keyboard.press("Control+End")
    page.keyboard.type("RUN true\n")
    page.keyboard.press("Control+s")
    expect(page.locator(".files-main .ended")).to_contain_text("Dockerfile · saved")
    page.keyboard.press("Alt+e")
    workspace.run("clear; stat -c '%U %a' app/Dockerfile; tail -n 1 app/Dockerfile; touch app/$'od\\xffd'")
    workspace.wait_for_text("daemon 640\nRUN true")
    workspace.type("sleep 3; touch late\n")
    page.keyboard.press("Alt+e")
    expect(tree.get_by_role("treeitem", name="late", exact=True)).to_be_visible()
    tree.get_by_role("treeitem", name="app", exact=True).focus()
    with page.expect_download() as download:
        page.locator(".files-bar").get_by_role("button", name="This entry").click()
        page.locator("#files-menu").get_by_role("button", name="Download").click()
    with tarfile.open(fileobj=io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert sorted(archive.getnames()) == ["app", "app/Dockerfile", "app/od\udcffd"]
    tree.get_by_role("treeitem", name="/", exact=True).click()
    tree.get_by_role("treeitem", name="etc", exact=True).click()
    tree.get_by_role("treeitem", name="init.d", exact=True).focus()
    page.keyboard.press("Delete")
    expect(page.locator(".files-notice")).to_contain_text("init.d deleted.")
    page.locator(".files-notice").get_by_role("button", name="Undo").click()
    expect(tree.get_by_role("treeitem", name="init.d", exact=True)).to_be_focused()
