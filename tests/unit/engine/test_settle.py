"""The program that tells whether a machine is in the middle of something."""

from pathlib import Path

import pytest

from slipway.engine.inside import settle


@pytest.mark.parametrize(
    ("stat", "is_held"),
    [
        ("70 (bash) S 60 70 70 34816 70 4194304", False),
        ("70 (bash) S 60 70 70 34816 93 4194304", True),
        ("93 (docker) S 70 93 70 34816 93 4194304", False),
        ("80 (dockerd) S 1 80 80 0 -1 4194304", False),
        ("70 (ba) S (sh) S 60 70 70 34816 93 4194304", True),
        ("70 (bash) S 60 70 70 34816 0 4194304", False),
    ],
)
def test_a_shell_whose_terminal_another_program_has_is_held(stat: str, *, is_held: bool) -> None:
    """A shell at its prompt is not, nor is a program without a terminal; a name may have brackets and blanks."""
    assert settle.is_held(stat) == is_held


@pytest.mark.parametrize(("sync", "status"), [("true", 0), ("false", 2)])
def test_what_could_not_be_written_out_is_told(monkeypatch: pytest.MonkeyPatch, sync: str, status: int) -> None:
    """Else the disk of a machine might count as unchanged that is not."""
    monkeypatch.setattr(settle, "SYNC", (sync,))
    monkeypatch.setattr(Path, "glob", lambda _path, _pattern: iter(()))
    assert settle.main() == status
