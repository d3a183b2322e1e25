"""The program that runs attempts, run here."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from slipway.escape import bench

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mount namespaces need root")


def run(*programs: tuple[str, str, float]) -> list[list[object]]:
    """Have the programs run as in a machine, and return what came out."""
    asked = {
        "preludes": {"shell": bench.source("prologue.sh"), "python": bench.source("prelude.py")},
        "variables": {"WORD": "told"},
        "programs": programs,
    }
    argv = [sys.executable, "-I", "-S", "-c", bench.source("run.py"), json.dumps(asked)]
    said = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60)
    found: list[list[object]] = json.loads(said.stdout)
    return found


def test_each_is_told_how_it_ended() -> None:
    """Status and output, in order; nothing that one leaves behind meets the next."""
    found = run(
        ("shell", "echo $WORD; touch here", 5),
        ("shell", "ls here", 5),
        ("python", "print(ENV['WORD']); none('at all')", 5),
        ("shell", "lacking something", 5),
        ("shell", "kill -9 $$", 5),
    )
    assert found[0] == [0, "told\n"]
    assert found[1][0] == 2
    assert found[2] == [1, "told\nfound none: at all\n"]
    assert found[3] == [77, "lacking: something\n"]
    assert found[4][0] == 128 + 9


def test_one_that_hangs_is_killed_with_what_it_started() -> None:
    """The others go on."""
    found = run(("shell", "sleep 60 & echo begun; sleep 60", 0.5), ("python", "sys.exit(3)", 5))
    assert found == [[None, "begun\n"], [3, ""]]


def test_what_is_mounted_is_not_emptied(tmp_path: Path) -> None:
    """An attempt's folder is removed after it, and never what it mounted there: that may be this host's only /dev."""
    (tmp_path / "kept").write_text("whole")
    [mounted, listed] = run(
        ("shell", f"pwd; mkdir m; mount --bind {tmp_path} m && ls m", 5), ("shell", f"ls {tmp_path}", 5)
    )
    assert mounted[0] == 0, mounted
    folder, name = str(mounted[1]).split()
    assert name == "kept"
    assert listed == [0, "kept\n"]
    assert not Path(folder).exists()


def test_a_system_call_tells_why_it_failed() -> None:
    """By the kernel's word, or as nothing when the wrong arguments are what it was told."""
    [refused, passed] = run(("python", "call(3, -1)", 5), ("python", "passes(3, -1, but=9)", 5))
    assert refused[0] == 1
    assert "Bad file descriptor" in str(refused[1])
    assert passed == [0, ""]
