"""`./slipway lesson lint PATH`: reports every mistake of a lesson, a course or all of them in one go."""

import argparse
from pathlib import Path

from slipway.command.errors import CommandError
from slipway.command.output import say
from slipway.lessonfile.lint import lint

USAGE = "type ./slipway lesson lint PATH, where PATH is a lesson's folder, a course's, or the folder of courses."


def main(arguments: argparse.Namespace) -> int:
    """Print each problem with file, line and what to write instead; 1 when there is one."""
    match arguments.words:
        case ["lint", path] if not path.startswith("-"):
            return _lint(Path(path))
        case ["--help" | "-h"] | ["lint", "--help" | "-h"]:
            say(f"{__doc__}\n\n{USAGE}")
            return 0
    raise CommandError("lesson has one command, lint, and it takes one path.", USAGE)


def _lint(path: Path) -> int:
    if not path.is_dir():
        raise CommandError(f"{path} is no folder.", USAGE)
    problems = lint(path)
    for problem in problems:
        say(str(problem))
    say("No problem." if not problems else "1 problem." if len(problems) == 1 else f"{len(problems)} problems.")
    return 1 if problems else 0
