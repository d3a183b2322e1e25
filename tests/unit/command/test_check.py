"""Which files `check` looks at."""

from pathlib import Path

import pytest

from slipway.command.check import shell_scripts


@pytest.mark.parametrize(
    ("first_line", "is_shell"),
    [
        ("#!/bin/sh", True),
        ("#!/usr/bin/env bash", True),
        ("#!/bin/bash -eu", True),
        ("#!/usr/bin/env python3", False),
        ("# a comment", False),
        ("", False),
    ],
)
def test_shell_scripts_are_told_by_their_first_line(tmp_path: Path, first_line: str, *, is_shell: bool) -> None:
    """Names have no ending here."""
    path = tmp_path / "script"
    path.write_text(f"{first_line}\necho\n", encoding="utf-8")
    assert shell_scripts([path]) == ([str(path)] if is_shell else [])
