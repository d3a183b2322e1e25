"""`./slipway lesson lint PATH` and `lesson coverage [--check]`: what authors ask about lessons without a machine."""

import argparse
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from slipway.command.errors import CommandError
from slipway.command.instance import PROJECT
from slipway.command.output import say
from slipway.lessonfile.coverage import coverage_page, uncovered
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import lesson_folders, load_course, load_lesson
from slipway.lessonfile.problems import LessonErrors
from slipway.proofs import ground, record

COURSE = PROJECT / "lessons" / "docker-from-bare-metal"
PAGE = PROJECT / "docs" / "coverage.md"
USAGE = """\
./slipway lesson lint PATH            every mistake of a lesson's folder, a course's, or the folder of courses
./slipway lesson coverage             write docs/coverage.md: which exercise does which topic
./slipway lesson coverage --check     say whether that page is up to date and every topic is done"""


def main(arguments: argparse.Namespace) -> int:
    """Do one of the subcommands; 1 when it found something wrong."""
    match arguments.words:
        case ["lint", path] if not path.startswith("-"):
            return _lint(Path(path))
        case ["coverage"]:
            return _coverage(check=False)
        case ["coverage", "--check"]:
            return _coverage(check=True)
        case ["--help" | "-h"] | [("lint" | "coverage"), "--help" | "-h"]:
            say(f"{__doc__}\n\n{USAGE}")
            return 0
    raise CommandError("lesson has the commands lint and coverage.", USAGE)


def _lint(path: Path) -> int:
    if not path.is_dir():
        raise CommandError(f"{path} is no folder.", USAGE)
    problems = lint(path.resolve())
    for problem in problems:
        say(str(problem))
    for line in unproven_below(path):
        say(line)
    say("No problem." if not problems else "1 problem." if len(problems) == 1 else f"{len(problems)} problems.")
    return 1 if problems else 0


def unproven_below(path: Path) -> Iterator[str]:
    """Yield a line for each sound lesson with something that changed since it was proven. It is no mistake."""
    for folder in lesson_folders(path):
        with suppress(LessonErrors):
            lesson = load_lesson(folder)
            if names := record.unproven(lesson, ground.current()):
                said = "all of it" if len(names) > len(lesson.exercises) else ", ".join(names)
                yield f"{folder.parent.name}/{folder.name}: not proven since it changed: {said}."


def _coverage(*, check: bool) -> int:
    try:
        course = load_course(COURSE)
    except LessonErrors as error:
        raise CommandError(
            "the lessons have mistakes.", f"./slipway lesson lint {COURSE.relative_to(PROJECT)}"
        ) from error
    page = coverage_page(course)
    missing = uncovered(course)
    for topic in missing:
        say(f"No exercise covers `{topic.id}`: {topic.text} ({topic.section})")
    is_current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
    if check and not is_current:
        say("docs/coverage.md is out of date: type ./slipway lesson coverage.")
    if not check:
        PAGE.write_text(page, encoding="utf-8")
    return 1 if missing or (check and not is_current) else 0
