"""The course in the browser, by what the pages say: one lesson, or those that SLIPWAY_WALK names.

`SLIPWAY_WALK=all ./slipway test tests/browser/test_walk.py` goes through the whole course.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from slipway.lessonfile.load import lesson_folders, load_lesson
from tests.browser.conftest import DESKTOP
from tests.browser.walker import Walker
from tests.browser.workspace import COURSE, Workspace
from tests.instance import Instance

FOLDERS = lesson_folders(Path(__file__).parents[2] / "lessons" / COURSE)
WANTED = os.environ.get("SLIPWAY_WALK", "06-docker-run")


@pytest.mark.parametrize(
    "folder",
    [folder for folder in FOLDERS if WANTED == "all" or folder.name in WANTED.split(",")],
    ids=lambda folder: folder.name,
)
def test_a_lesson_is_gone_through(folder: Path, instance: Instance, browser: Browser) -> None:
    """Its blocks run, its tasks are typed, and each card gets its tick."""
    context = browser.new_context(viewport=DESKTOP)
    workspace = Workspace(context.new_page(), instance.address)
    workspace.start_as_guest()
    try:
        Walker(workspace, load_lesson(folder), instance.home / "db.sqlite3").walk()
    finally:
        context.close()
