"""Scripts are typed into the terminal that learners have: the toolset's holder, here on this machine."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from slipway.grading.tryout import typist

ATTACH = Path(__file__).parents[2] / "sandboxes" / "toolset" / "terminal" / "attach.py"


@pytest.fixture
def folder() -> Iterator[str]:
    """Give a folder for the terminal's socket; its holder is ended afterwards."""
    path = tempfile.mkdtemp(prefix="typist.")
    yield path
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if path.encode() in words:
                os.kill(int(process.name), signal.SIGKILL)
    shutil.rmtree(path)


def type_in(script: str, folder: str) -> dict[str, Any]:
    """Type a script; return what the typist prints."""
    attach = [sys.executable, "-I", "-S", str(ATTACH), "prove", folder]
    argv = [sys.executable, "-I", "-S", "-c", typist(), script, *attach]
    ended = subprocess.run(argv, capture_output=True, timeout=60, check=False)
    assert ended.stderr == b""
    return dict(json.loads(ended.stdout))


def test_commands_end_with_their_text_and_status(folder: str) -> None:
    """Prompts are waited for; a program that reads gets the next line; control keys are keys."""
    script = "cd /tmp\nfalse; (exit 7)\n\nread -r answer\nyes it is\ntest \"$answer\" = 'yes it is'\n\nsleep 60\n^C\n"
    typed = type_in(script, folder)
    assert typed["trouble"] == ""
    assert typed["commands"] == [
        ["cd /tmp", 0],
        ["false; (exit 7)", 7],
        ["read -r answer", 0],
        ["test \"$answer\" = 'yes it is'", 0],
        ["sleep 60", 130],
    ]


def test_a_text_is_waited_for(folder: str) -> None:
    """A line is kept back until what the one before started has printed a text; what it echoes itself is no answer."""
    script = "sleep 1; read -t 0.1 early || echo re''ady; read -r word; (exit 5)\n^wait ready\nword\n"
    typed = type_in(script, folder)
    assert typed["trouble"] == ""
    assert [status for _, status in typed["commands"]] == [5]


def test_a_shell_that_ends_is_told(folder: str) -> None:
    """Not waited for until the end of time."""
    typed = type_in("exit\n", folder)
    assert "did not come back after `exit`" in typed["trouble"]
