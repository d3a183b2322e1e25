"""Export a lesson to another site's format, and take an export back. Reads and writes files."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from slipway.lessonfile.files import MAX_BYTES, Folder
from slipway.lessonfile.killercoda.scenario_of import COPY, MARK, digest, scenario_of
from slipway.lessonfile.model import Lesson
from slipway.lessonfile.problems import Problems

MAX_EXPORTED_BYTES = 1024 * 1024
MAX_EXPORTED_FILES = 2000
LESSON_FILES = ("lesson*.md", "lesson.yaml", "pictures/*.svg", "recordings/*.cast", "solutions/*.sh")
COURSE_FILES = ("course.yaml", "glossary.yaml", "topics.yaml")


@dataclass(frozen=True, slots=True)
class Exported:
    """The lesson that lies beside a scenario: its folder's name, its files, and those of its course."""

    name: str
    lesson: Mapping[str, str]
    course: Mapping[str, str]


def export_lesson(lesson: Lesson, parameters: Mapping[str, str], checks: bytes, into: Path) -> list[Path]:
    """Write a lesson as a scenario into a new folder; return its files. Raise `FileExistsError` when it is not new."""
    into.mkdir(parents=True)
    written = []
    for name, content in scenario_of(lesson, parameters, lesson_files(lesson.folder), checks).items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return written


def lesson_files(folder: Path) -> dict[str, str]:
    """Return the files that make a lesson, `lesson/NAME`, and those around it that it rests on, `course/NAME`."""
    patterns = {"lesson": (folder, LESSON_FILES), "course": (folder.parent, COURSE_FILES)}
    return {
        f"{under}/{name}": text
        for under, (path, names) in patterns.items()
        for reader in [Folder(path, Problems())]
        for pattern in names
        for name in reader.names(pattern)
        if (text := reader.read(name)) is not None
    }


def exported_lesson(folder: Folder) -> Exported | None:
    """Return the lesson that a scenario was exported from, or None if it is none or was changed since.

    The mark must name every file, but hidden ones at the top, which are a repository's.
    """
    if not folder.has(MARK):
        return None
    source = folder.read(MARK, MAX_BYTES[".yaml"])
    try:
        mark = json.loads(source or "")
        files = {str(name): str(value) for name, value in mark["files"].items()}
        name = str(mark["lesson"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    there = {path for path in folder.names_below("", MAX_EXPORTED_FILES) if not path.startswith(".")}
    if there != {*files, MARK}:
        return None
    for path, value in files.items():
        content = folder.read_bytes(path, MAX_EXPORTED_BYTES)
        if content is None or digest(content) != value:
            return None
    lesson, course = (_copies(folder, files, *part) for part in (("lesson", LESSON_FILES), ("course", COURSE_FILES)))
    return Exported(name, lesson, course) if "lesson.yaml" in lesson else None


def _copies(folder: Folder, marked: Collection[str], under: str, patterns: tuple[str, ...]) -> dict[str, str]:
    prefix = f"{COPY}/{under}/"
    return {
        name.removeprefix(prefix): text
        for pattern in patterns
        for name in folder.names(f"{prefix}{pattern}")
        if name in marked and (text := folder.read(name)) is not None
    }
