"""`./slipway lesson lint|coverage|import|export`: what authors ask about lessons without a machine."""

import argparse
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from slipway.command.errors import CommandError
from slipway.command.instance import PROJECT
from slipway.command.output import say
from slipway.engine.folders import SANDBOXES
from slipway.engine.recipes import Shelf
from slipway.grading.portable import packed_checks
from slipway.lessonfile.coverage import coverage_page, uncovered
from slipway.lessonfile.exports import export_lesson
from slipway.lessonfile.imports import Imported, import_scenario, scenarios_below
from slipway.lessonfile.killercoda.absent import absent_elsewhere
from slipway.lessonfile.killercoda.report import Report
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import lesson_folders, load_course, load_lesson
from slipway.lessonfile.parameters import draw
from slipway.lessonfile.problems import LessonErrors
from slipway.lessonfile.read_text import ID, ID_SHAPE
from slipway.proofs import ground, record

COURSE = PROJECT / "lessons" / "docker-from-bare-metal"
PAGE = PROJECT / "docs" / "coverage.md"
USAGE = """\
./slipway lesson lint PATH            every mistake of a lesson's folder, a course's, or the folder of courses
./slipway lesson coverage             write docs/coverage.md: which exercise does which topic
./slipway lesson coverage --check     say whether that page is up to date and every topic is done
./slipway lesson import DIR --into COURSE
                                      make lessons of a Killercoda or Katacoda scenario, or of all below DIR
./slipway lesson export LESSON --to killercoda DIR
                                      write a lesson as a scenario into the new folder DIR"""


def main(arguments: argparse.Namespace) -> int:
    """Do one of the subcommands; 1 when it found something wrong."""
    match arguments.words:
        case ["lint", path] if not path.startswith("-"):
            return _lint(Path(path).resolve())
        case ["coverage"]:
            return _coverage(check=False)
        case ["coverage", "--check"]:
            return _coverage(check=True)
        case ["import", source, "--into", target] | ["import", "--into", target, source]:
            return _import(Path(source).resolve(), Path(target).resolve())
        case ["export", path, "--to", "killercoda", target]:
            return _export(Path(path).resolve(), Path(target).resolve())
        case ["--help" | "-h"] | [("lint" | "coverage" | "import" | "export"), "--help" | "-h"]:
            say(f"{__doc__}\n\n{USAGE}")
            return 0
    raise CommandError("lesson has the commands lint, coverage, import and export.", USAGE)


def _lint(path: Path) -> int:
    if not path.is_dir():
        raise CommandError(f"{path} is no folder.", USAGE)
    problems = lint(path)
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


def _import(source: Path, course: Path) -> int:
    if not source.is_dir():
        raise CommandError(f"{source} is no folder.", USAGE)
    if not ID.fullmatch(course.name):
        raise CommandError(f"{course.name} cannot be the name of a course.", f"write {ID_SHAPE}.")
    found = list(scenarios_below(source))
    if not found:
        raise CommandError(f"there is no scenario below {source}.", "name a folder with an index.json in it or below.")
    shelf = frozenset(Shelf.parse((SANDBOXES / "shelf" / "shelf.toml").read_text(encoding="utf-8")).names)
    imported = [_brought(path, course, shelf) for path in found]
    for one in imported:
        say(f"\n{one.source} -> {one.lesson or 'no lesson'}")
        for entry in one.report.entries:
            say(f"  {entry}")
    problems = lint(course) if course.exists() else []
    for problem in problems:
        say(str(problem))
    made = sum(one.lesson is not None for one in imported)
    say(f"\n{made} of {len(imported)} scenarios are lessons of {course} now, with {len(problems)} problems.")
    return 0 if made == len(imported) and not problems else 1


def _brought(source: Path, course: Path, shelf: frozenset[str]) -> Imported:
    """Import one scenario; what cannot be read or written is its report, and the others are imported."""
    try:
        return import_scenario(source, course, shelf)
    except OSError as error:
        report = Report()
        report.lost("all", f"a file cannot be read or written: {error}")
        return Imported(source, None, report)


def _export(path: Path, into: Path) -> int:
    try:
        lesson = load_lesson(path)
    except LessonErrors as error:
        raise CommandError("the lesson has mistakes.", f"./slipway lesson lint {path}") from error
    parameters = draw(lesson)
    try:
        written = export_lesson(lesson, parameters, packed_checks(lesson, parameters), into)
    except OSError as error:
        raise CommandError(f"{into} cannot be written: {error}.", "name a folder that is not there yet.") from error
    say(f"{len(written)} files in {into}. Its checks need Python 3.11 there, and what the lesson's machine has.")
    say("Random values were drawn once, the texts are the English ones; slipway/ holds the whole lesson for an import.")
    for thing in absent_elsewhere(lesson, parameters):
        say(f"not there: {thing}")
    return 0
