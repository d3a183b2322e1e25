"""The script itself: it refuses early, works from anywhere, and changes nothing when it cannot go on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from slipway.command.instance import PROJECT

SCRIPT = PROJECT / "slipway"


class Machine:
    """A machine as the script sees it: some of its programs say something else."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home of mine"
        self._programs = folder / "programs"
        self._programs.mkdir()

    def program(self, name: str, says: str) -> None:
        """Put a program in front of the real one."""
        path = self._programs / name
        path.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
        path.chmod(0o755)

    def type(self, *words: str, script: Path = SCRIPT, folder: Path = PROJECT) -> subprocess.CompletedProcess[str]:
        """Run the script with the virtual environment of this run."""
        environment = {
            "PATH": f"{self._programs}:{os.environ['PATH']}",
            "SLIPWAY_HOME": str(self.home),
            "SLIPWAY_VENV": sys.prefix,
        }
        argv = [str(script), *words]
        return subprocess.run(
            argv, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Give a machine without anything of Slipway."""
    return Machine(tmp_path)


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]])
def test_it_tells_what_it_can_do(machine: Machine, words: list[str]) -> None:
    """Whoever types it first is not punished."""
    done = machine.type(*words)
    assert done.returncode == 0
    assert "up " in done.stdout
    assert not machine.home.exists()


def test_an_unknown_command_is_refused(machine: Machine) -> None:
    """Nothing is guessed."""
    done = machine.type("start")
    assert done.returncode == 1
    assert "no command 'start'" in done.stderr


@pytest.mark.parametrize("command", ["up", "down", "prove", "bench"])
def test_without_root_the_command_to_type_is_printed(machine: Machine, command: str) -> None:
    """Nothing is half done: not even the folder is made."""
    machine.program("id", "1000")
    done = machine.type(command, "--some thing")
    assert done.returncode == 1
    assert f"sudo {SCRIPT} {command} '--some thing'" in done.stderr
    assert not machine.home.exists()


def test_another_system_is_told_where_it_works(machine: Machine) -> None:
    """Containers need a Linux kernel."""
    machine.program("uname", "Darwin")
    done = machine.type("up")
    assert done.returncode == 1
    assert "git clone" in done.stderr
    assert not machine.home.exists()


def test_it_works_from_anywhere_through_a_link(machine: Machine, tmp_path: Path) -> None:
    """A teacher may link it into a folder of programs, and call a folder anything."""
    folder = tmp_path / "some where"
    folder.mkdir()
    (folder / "sail").symlink_to(SCRIPT)
    done = machine.type("lesson", "lint", "nothing here", script=folder / "sail", folder=folder)
    assert done.returncode == 1
    assert "nothing here is no folder" in done.stderr


def test_a_file_where_one_stands_hides_no_library(machine: Machine, tmp_path: Path) -> None:
    """People type it in folders that hold anything."""
    (tmp_path / "rich.py").write_text("raise SystemExit('hidden')\n", encoding="utf-8")
    assert "hidden" not in machine.type("lesson", "--help", folder=tmp_path).stderr
