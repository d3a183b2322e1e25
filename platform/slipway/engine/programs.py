"""The programs of `inside/` as commands for the toolset's Python."""

from pathlib import Path

INSIDE = Path(__file__).parent / "inside"
PYTHON = ["/opt/slipway/python", "-I", "-S", "-c"]


def command(program: str, *arguments: str) -> list[str]:
    """Return the command that runs a program of `inside/`, its text sent along."""
    return [*PYTHON, (INSIDE / f"{program}.py").read_text(), *arguments]
