"""A scenario's scripts in a lesson: what passes, what does not, and what the learner is told."""

import subprocess
import time
from pathlib import Path

import pytest

from slipway.lessonfile.killercoda import wrapping


def judged(script: str, folder: Path) -> tuple[bool, str]:
    """Run a verify script as a check would; return whether it passes, and the last line that it printed."""
    check = wrapping.verify_script(script).replace(wrapping.SCRIPTS, str(folder))
    ended = subprocess.run(["sh", "-c", check], capture_output=True, text=True, timeout=20, check=False)
    return ended.returncode == 0, ended.stdout.strip().rpartition("\n")[2]


@pytest.mark.parametrize(
    ("script", "passes", "words"),
    [
        ("#!/bin/bash\nstat /etc/passwd >/dev/null", True, ""),
        ("stat /no/such 2>/dev/null", False, "says no, and gives no reason"),
        ("echo 'not yet: no panda'; exit 1", False, "not yet: no panda"),
        ("if [ -e /etc/passwd ]; then echo done; fi", True, "done"),
        ("if [ -e /no/such ]; then echo done; fi", False, "no reason"),
        # It ends at the first failure, and says elsewhere that it passes: that pass has no words.
        ("set -e\nif [ -e /etc/passwd ]; then exit 0; else echo error; fi\necho done", True, ""),
        ("set -e\nfalse\necho done", False, "no reason"),
        # What reads does not eat the rest of the script.
        ("cat >/dev/null\nexit 1", False, "no reason"),
        # What a missing program was to look at was not seen, wherever its words went, and whatever it would mean.
        ("no-such-program get pods >/dev/null 2>&1 || exit 1", False, "does not have: no-such-program"),
        ("if no-such-program; then exit 1; fi", False, "does not have: no-such-program"),
        ("docker_ps='{{name}}'\n[ $docker_ps = '{{name}}' ]", True, ""),
        ("#!/usr/bin/env python3\nimport sys\nprint('too few')\nsys.exit(1)", False, "too few"),
    ],
)
def test_how_a_verify_script_is_judged(tmp_path: Path, script: str, passes: bool, words: str) -> None:  # noqa: FBT001
    """By its exit status, by `done` where it says so, and never by what it could not look at."""
    is_passed, said = judged(script, tmp_path)
    assert is_passed is passes
    assert words in said


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (
            "curl: (6) Could not resolve host: example.com",
            "it asked for the internet, which this machine does not have",
        ),
        ("setup: line 3: podman: command not found", "it asked for what this machine does not have: podman"),
        ("Error response from daemon: manifest unknown", "an image that this machine does not have"),
        ("intro-foreground has not ended after 50 seconds.", "a part of it did not end in time"),
    ],
)
def test_what_went_wrong_before_is_told(tmp_path: Path, log: str, words: str) -> None:
    """A failed check says in plain words that the preparation did not get what it wanted; a passed one does not."""
    (tmp_path / "intro-foreground.log").write_text(f"Reading...\n{log}\nbye\n")
    _, said = judged("echo no panda; exit 1", tmp_path)
    assert said.startswith("no panda. When the lesson was prepared, ")
    assert words in said
    assert judged("stat /etc/passwd >/dev/null", tmp_path) == (True, "")


@pytest.mark.parametrize(
    ("script", "is_so"),
    [
        ("#!/bin/bash\n\n/bin/true\n", True),
        ("# nothing\nset -e\nsleep 1\necho done", True),
        ("exit 0", True),
        ("exit 1", False),
        ("test -e /etc/panda", False),
        ("echo $(stat /etc/panda)", False),
        ("true && stat /etc/panda", False),
    ],
)
def test_a_script_that_looks_at_nothing(script: str, is_so: bool) -> None:  # noqa: FBT001
    """It would pass an exercise where nothing was done."""
    assert wrapping.sees_nothing(script) is is_so


def test_a_foreground_script_that_does_not_end(tmp_path: Path) -> None:
    """The setup goes on, the log says so, and the script goes on too: what it waits for may come."""
    waited = f"until [ -e {tmp_path}/come ]; do sleep 0.1; done; touch {tmp_path}/gone"
    script = wrapping.run("intro-foreground", waited, 1).replace(wrapping.SCRIPTS, str(tmp_path))
    subprocess.run(["bash", "-c", f"set -euo pipefail\n{script}"], timeout=20, check=True)
    assert "has not ended after 1 seconds" in (tmp_path / "intro-foreground.log").read_text()
    (tmp_path / "come").touch()
    end = time.monotonic() + 10
    while not (tmp_path / "gone").exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert (tmp_path / "gone").exists()


def test_a_foreground_script_is_waited_for(tmp_path: Path) -> None:
    """What it does is there when the setup goes on, and its failure does not end the setup."""
    script = wrapping.run("intro-foreground", f"sleep 0.5; touch {tmp_path}/done; exit 3")
    subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{script.replace(wrapping.SCRIPTS, str(tmp_path))}"], timeout=20, check=True
    )
    assert (tmp_path / "done").exists()
    assert "has not ended" not in (tmp_path / "intro-foreground.log").read_text()
