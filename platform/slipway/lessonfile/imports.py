"""Import scenarios of elsewhere: find them below a folder, and write a lesson for each. Reads and writes files."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from slipway.lessonfile.exports import Exported, exported_lesson
from slipway.lessonfile.files import Folder
from slipway.lessonfile.killercoda.lesson_of import lesson_of
from slipway.lessonfile.killercoda.report import Report
from slipway.lessonfile.killercoda.scenario import INDEXES, MAX_TEXT_BYTES, Scenario, read_scenario
from slipway.lessonfile.killercoda.scenario_of import COPY, MARK
from slipway.lessonfile.load import languages_of
from slipway.lessonfile.model import DEFAULT_LANGUAGE
from slipway.lessonfile.problems import Problems
from slipway.lessonfile.read_lesson import FOLDER_NAME

MAX_DEPTH, MAX_FOLDERS = 6, 5000
_TRANSLATION = re.compile(r"lesson\.([\w-]+)\.md")
# A term of a glossary, with the lines that belong to it.
_TERM = re.compile(r"^([a-z][\w-]*):.*(?:\n[ \t]+.*)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Imported:
    """One scenario: where it was, the lesson's folder if one was written, and what became of its parts."""

    source: Path
    lesson: Path | None
    report: Report


def scenarios_below(path: Path) -> Iterator[Path]:
    """Yield every folder with a scenario's index, or that cannot be read, following no link, by their names."""
    waiting = [(path, 0)]
    seen = 0
    while waiting and seen < MAX_FOLDERS:
        folder, depth = waiting.pop(0)
        seen += 1
        try:
            is_one = any((folder / name).is_file() for name in INDEXES)
            names = (
                []
                if is_one
                else sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
            )
        except OSError:
            # Its import says why it cannot be read.
            is_one, names = True, []
        if is_one:
            yield folder
        elif depth < MAX_DEPTH:
            waiting += [(folder / name, depth + 1) for name in names if not name.startswith((".", "node_modules"))]


def import_scenario(source: Path, course: Path, shelf: frozenset[str] = frozenset()) -> Imported:
    """Write one scenario as the next lesson of a course's folder, which is made if it is not there.

    `shelf` names the images that a lesson's machine has or can pull.
    """
    report = Report()
    exported = exported_lesson(Folder(source, Problems()))
    if exported:
        what = f"the lesson `{exported.name[:80]}`, which the scenario was exported from"
        report.kept(
            "all", f"{what}: it is what lies in `{COPY}/`, and the scenario's own steps and scripts were not read"
        )
        name, files, around = exported.name.lstrip("0123456789-"), exported.lesson, exported.course
        if trouble := _misfit(exported, course):
            report.lost("all", trouble)
            return Imported(source, None, report)
        _add_terms(course / "glossary.yaml", around.get("glossary.yaml", ""), report)
    else:
        scenario = read_scenario(source, report)
        if scenario is None:
            return Imported(source, None, report)
        if scenario.folder.has(MARK):
            report.changed("all", "the scenario was changed since it was exported, so it was read anew")
        files = lesson_of(scenario, _pictures(scenario), report, shelf)
        name, around = source.name, _new_course(course)
    if not (course / "course.yaml").exists():
        _write(course, around)
    folder = course / _name(name, course)
    _write(folder, files)
    return Imported(source, folder, report)


def _misfit(exported: Exported, course: Path) -> str:
    """Say why a lesson cannot be part of a course that is there already; nothing if it can."""
    promised = languages_of(course)
    of_lesson = sorted(
        {DEFAULT_LANGUAGE, *(found[1] for name in exported.lesson if (found := _TRANSLATION.fullmatch(name)))}
    )
    if promised is None or sorted(promised) == of_lesson:
        return ""
    return (
        f"the lesson is in {', '.join(of_lesson)} and the course `{course.name}` in {', '.join(promised)}: "
        "import it into a new course"
    )


def _add_terms(glossary: Path, terms: str, report: Report) -> None:
    """Add to the glossary of a course that is there what it does not explain yet; its own words stay."""
    if not (glossary.parent / "course.yaml").exists():
        return
    ours = glossary.read_text(encoding="utf-8") if glossary.exists() else ""
    known = {found[1] for found in _TERM.finditer(ours)}
    missing = [found for found in _TERM.finditer(terms) if found[1] not in known]
    if missing:
        lines = [*ours.rstrip("\n").splitlines(), *(found[0] for found in missing)]
        glossary.write_text("\n".join([*lines, ""]), encoding="utf-8")
        said = ", ".join(f"`{found[1]}`" for found in missing)
        report.changed("all", f"the course's glossary has new terms: {said}")


def _new_course(folder: Path) -> dict[str, str]:
    title = re.sub(r"[^\w ]+", " ", folder.name).strip().capitalize() or "Imported lessons"
    return {
        "course.yaml": f'title: {{en: "{title}"}}\nsummary: {{en: "Imported scenarios."}}\nlanguages: [en]\n',
    }


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _pictures(scenario: Scenario) -> dict[str, str]:
    """Return the SVG files of a scenario that can be read, by name; what cannot be is told where it is shown."""
    folder = Folder(scenario.folder.path, Problems())
    names = folder.names("*.svg") + folder.names("*/*.svg")
    return {name: text for name in names[:100] if (text := folder.read(name, MAX_TEXT_BYTES)) is not None}


def _name(source: str, course: Path) -> str:
    """Return the next free lesson folder's name of a course."""
    there = [found for path in course.iterdir() if (found := FOLDER_NAME.fullmatch(path.name))]
    words = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-")[:50].strip("-")
    base = words if re.match(r"[a-z]", words) else f"lesson-{words}".strip("-")
    slug, count = base, 2
    while slug in {found[2] for found in there}:
        slug, count = f"{base}-{count}", count + 1
    return f"{max((int(found[1]) for found in there), default=0) + 1:02d}-{slug}"
