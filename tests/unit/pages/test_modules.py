"""What a page's script imports, so that a browser fetches all of it at once."""

from pathlib import Path

import pytest
from pytest_django import Settings

from slipway.pages import modules


def test_all_that_is_imported_is_found_once() -> None:
    """Also what an imported module imports, in other folders, and what only has an effect."""
    found = modules.imported_by("js/lesson.js")
    assert {"js/terminal/connection.js", "vendor/xterm/xterm.mjs", "js/terminal/sheet.js"} <= set(found)
    assert len(found) == len(set(found))


def test_a_missing_module_is_told(tmp_path: Path, settings: Settings) -> None:
    """A page that lacks a script must not be served in silence."""
    (tmp_path / "page.js").write_text('import { a } from "./missing.js";\n')
    settings.STATICFILES_DIRS = [tmp_path]
    with pytest.raises(FileNotFoundError, match=r"missing\.js"):
        modules.imported_by("page.js")
