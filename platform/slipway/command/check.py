"""`./slipway check`: everything that can be told from the files alone. All of it runs, even if one part fails."""

import argparse
import os
import secrets
import subprocess
from functools import partial
from pathlib import Path

from slipway.command.external import python, tool, untouched
from slipway.command.instance import PROJECT, Instance
from slipway.command.output import err, note
from slipway.command.steplog import StepLog
from slipway.command.steps import Step, log_path, try_steps

SHELLS = ("sh", "bash", "dash")
FIRST_BYTES = 64


def main(_arguments: argparse.Namespace) -> int:
    """Print each part with its time, then what failed; 1 when something did."""
    instance = Instance.from_environment().inside("check")
    instance.prepare()
    os.chdir(PROJECT)
    failed = try_steps(parts(settings(instance)), logs=instance.logs, console=err)
    for step in failed:
        note(f"\n{step.title} ({log_path(step, instance.logs)}):")
        note(log_path(step, instance.logs).read_text(encoding="utf-8", errors="replace"))
    return 1 if failed else 0


def settings(instance: Instance) -> dict[str, str]:
    """Return the environment that the code is judged under: a public site's, without this installation's own."""
    return untouched(
        SLIPWAY_HOME=str(instance.home),
        SLIPWAY_URL="https://slipway.example",
        SLIPWAY_BEHIND_PROXY="1",
        SLIPWAY_SECRET_KEY=secrets.token_urlsafe(60),
        DJANGO_SETTINGS_MODULE="slipway.settings",
    )


def parts(environment: dict[str, str]) -> list[Step]:
    """Return what is checked, the quick ones first."""
    manage = python("manage.py")
    # The programs of the toolset find each other beside themselves, as they do in a machine.
    toolset = PROJECT / "sandboxes" / "toolset" / "terminal"
    commands = {
        "ruff check": [tool("ruff"), "check"],
        "ruff format": [tool("ruff"), "format", "--check"],
        "djade": [tool("djade"), "--check", "--target-version", "5.2", *_files_ending(".html")],
        "shellcheck": [tool("shellcheck"), *shell_scripts(project_files())],
        "vendored files": python("static/vendor/vendor.py", "--check"),
        "texts of the interface": python("-m", "slipway.command", "messages", "--check"),
        "import-linter": [tool("lint-imports"), "--no-cache"],
        "manage.py check --deploy": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "topics of the course": python("-m", "slipway.command", "lesson", "coverage", "--check"),
        "missing migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "mypy": [tool("mypy"), "platform/slipway", "tests", "manage.py"],
    }
    parts = [Step(title, partial(_part, argv, environment), "") for title, argv in commands.items()]
    argv = [tool("mypy"), "--strict", str(toolset)]
    return [*parts, Step("mypy of the toolset", partial(_part, argv, {**environment, "MYPYPATH": str(toolset)}), "")]


def _part(argv: list[str], environment: dict[str, str], log: StepLog) -> str:
    log.run(argv, environment=environment)
    return ""


def project_files() -> list[Path]:
    """Return the files that git knows or would add, relative to the project."""
    argv = ["git", "-C", str(PROJECT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(argv, check=True, capture_output=True).stdout
    return [path for name in listed.split(b"\0") if name and (path := Path(os.fsdecode(name))).is_file()]


def _files_ending(suffix: str) -> list[str]:
    return [str(path) for path in project_files() if path.suffix == suffix]


def shell_scripts(paths: list[Path]) -> list[str]:
    """Return the files whose first line names a shell."""
    return [str(path) for path in paths if _names_a_shell(path.read_bytes()[:FIRST_BYTES])]


def _names_a_shell(begin: bytes) -> bool:
    if not begin.startswith(b"#!"):
        return False
    words = begin.splitlines()[0][2:].decode(errors="replace").split()
    return any(Path(word).name in SHELLS for word in words[:2])
