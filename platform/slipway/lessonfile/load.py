"""Load courses and lessons from their folders. Reads files; no Django."""

from dataclasses import replace
from pathlib import Path

from slipway.lessonfile.files import Folder
from slipway.lessonfile.model import DEFAULT_LANGUAGE, Course, Lesson
from slipway.lessonfile.nodes import Node, parse
from slipway.lessonfile.problems import LessonErrors, Problems
from slipway.lessonfile.read_around import read_glossary, read_topics
from slipway.lessonfile.read_lesson import read_lesson
from slipway.lessonfile.read_text import ID, ID_SHAPE, LANGUAGE, Tongues, required

_KEYS = ("title", "summary", "languages", "position")


def load_lesson(folder: Path) -> Lesson:
    """Return the lesson of a folder. Raise `LessonErrors` with every mistake that was found."""
    problems = Problems()
    lesson = read_one_lesson(folder, problems)
    if lesson is None or problems.found:
        raise LessonErrors(problems.found)
    return lesson


def lesson_folders(path: Path) -> list[Path]:
    """Return the folders of lessons at or below a path, in their order."""
    if (path / "lesson.yaml").is_file():
        return [path.resolve()]
    return sorted(file.parent.resolve() for depth in ("*", "*/*") for file in path.glob(f"{depth}/lesson.yaml"))


def load_course(folder: Path) -> Course:
    """Return the course of a folder with all its lessons. Raise `LessonErrors` with every mistake that was found."""
    problems = Problems()
    course = read_course(folder, problems)
    if course is None or problems.found:
        raise LessonErrors(problems.found)
    return course


def languages_of(folder: Path) -> tuple[str, ...] | None:
    """Return the languages that a course promises, or None if there is no course in the folder."""
    if not (folder / "course.yaml").is_file():
        return None
    head = _read_head(Folder(folder, Problems()))
    return head.languages if head else (DEFAULT_LANGUAGE,)


def read_one_lesson(folder: Path, problems: Problems) -> Lesson | None:
    """Read a lesson in the languages that the course around it promises, and note what is wrong with either."""
    around = None
    if (folder.parent / "course.yaml").is_file():
        around = _read_head(Folder(folder.parent, problems, "../"))
    return read_lesson(folder, problems, around)


def read_course(folder: Path, problems: Problems) -> Course | None:
    """Read a course and all its lessons, and note what is wrong with any of them."""
    head = _read_head(Folder(folder, problems))
    if not ID.fullmatch(folder.name):
        problems.add("course.yaml", 1, f"The folder `{folder.name}` is no course's.", f"Write {ID_SHAPE}.")
    lessons = []
    slugs: set[str] = set()
    numbers: set[int] = set()
    for path in sorted(path for path in folder.iterdir() if (path / "lesson.yaml").is_file()):
        lesson = read_lesson(path, problems, head, f"{path.name}/")
        if lesson and (lesson.slug in slugs or lesson.number in numbers):
            problems.add(f"{path.name}/lesson.yaml", 1, "Another lesson has this number or name.", "Rename the folder.")
        if lesson:
            slugs.add(lesson.slug)
            numbers.add(lesson.number)
            lessons.append(lesson)
    if head is None:
        return None
    lessons.sort(key=lambda lesson: lesson.number)
    return replace(head, lessons=tuple(lessons))


def _read_head(folder: Folder) -> Course | None:
    source = folder.read("course.yaml")
    root = parse(source, folder.label("course.yaml"), folder.problems) if source is not None else None
    if root is None:
        return None
    values = root.mapping(_KEYS, "a course")
    for key in ("title", "summary", "languages"):
        required(root, values, key, "The course")
    languages = _languages(values["languages"]) if "languages" in values else (DEFAULT_LANGUAGE,)
    tongues = Tongues(languages)
    title = tongues.optional(values, "title", "The title")
    summary = tongues.optional(values, "summary", "The summary")
    position = values["position"].integer("`position`", 0, 1000) if "position" in values else 0
    topics, glossary = read_topics(folder), read_glossary(folder, tongues)
    return Course(folder.path, folder.path.name, title, summary, languages, position, (), topics, glossary)


def _languages(node: Node) -> tuple[str, ...]:
    items = node.items("`languages`")
    languages = tuple(item.text("A language") for item in items)
    for item, language in zip(items, languages, strict=True):
        if language and not LANGUAGE.fullmatch(language):
            item.problem(f"`{language[:40]}` is no language tag.", "Write one such as `en` or `hi-Latn`.")
    if DEFAULT_LANGUAGE not in languages:
        node.problem("English is missing: every course has it to fall back to.", "Write `[en, …]`.")
    return languages
