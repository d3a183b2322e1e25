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

from slipway.lessonfile.typed import commands
from slipway.prover.tryout import typist

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


def type_in(script: str, folder: str, **changes: Any) -> dict[str, Any]:
    """Type a script; return what the typist prints."""
    lines = [command.text for command in commands(script)]
    order = {"commands": lines, "is_pasted": False, "seconds": 20.0, "boot": "00" * 8, "offset": 0, **changes}
    attach = [sys.executable, "-I", "-S", str(ATTACH), "prove", folder]
    argv = [sys.executable, "-I", "-S", "-c", typist(), json.dumps(order), *attach]
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
    script = "sleep 1; read -t 0.1 early || echo ready; read -r word; (exit 5)\n^wait ready\nword\n"
    typed = type_in(script, folder)
    assert typed["trouble"] == ""
    assert [status for _, status in typed["commands"]] == [5]


def test_a_shell_that_ends_is_told(folder: str) -> None:
    """Not waited for until the end of time."""
    typed = type_in("exit\n", folder)
    assert "did not come back after `exit`" in typed["trouble"]


def test_a_block_is_pasted_as_the_run_button_does(folder: str) -> None:
    """All of its lines come at once; what they print is told without prompts and echo, and the last status."""
    block = "echo one\ncat <<'END'\ntwo\n\nthree\nEND\nfalse"
    typed = type_in("", folder, commands=[block], is_pasted=True)
    assert typed["trouble"] == ""
    assert typed["printed"].replace("\r", "") == "one\ntwo\n\nthree\n"
    assert [status for _, status in typed["commands"]] == [1]


def test_a_terminal_is_gone_on_with_where_it_was_left(folder: str) -> None:
    """What was typed and printed before is not told again; a new shell is begun with."""
    first = type_in("echo one\n", folder)
    left = {"boot": first["boot"], "offset": first["offset"]}
    second = type_in("echo two\n", folder, **left)
    assert (second["commands"], second["printed"]) == ([["echo two", 0]], "two\r\n")
    type_in("exit\n", folder, **left)
    third = type_in("echo three\n", folder, **left)
    assert (third["trouble"], third["printed"]) == ("", "three\r\n")
    assert third["boot"] != first["boot"]


def test_here_documents_are_typed_whole(folder: str) -> None:
    """A blank line in one waits for no prompt."""
    typed = type_in("cat <<'END'\na\n\nb\nEND\n\necho c\n", folder, seconds=5.0)
    assert (typed["trouble"], typed["printed"].replace("\r", "")) == ("", "a\n\nb\nc\n")


def test_a_command_that_hangs_is_given_up(folder: str) -> None:
    """After its seconds, with what was typed."""
    typed = type_in("sleep 60\n\necho never\n", folder, seconds=1.0)
    assert typed["trouble"] == "the prompt did not come back after `sleep 60`"
