"""Bring the index in line with the folder of lessons. The folders are the truth; rows are found again by slug."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction

from slipway.courses import search
from slipway.courses.models import Course, Exercise, Lesson, Passage
from slipway.lessonfile import model
from slipway.lessonfile.contents import passages
from slipway.lessonfile.load import read_course
from slipway.lessonfile.problems import Problem, Problems
from slipway.proofs import ground, record
from slipway.proofs.digests import TEXT


@dataclass(slots=True)
class IndexReport:
    """What indexing did. A lesson with problems stays as it was indexed before."""

    courses: int = 0
    lessons: int = 0
    exercises: int = 0
    unlisted: int = 0
    problems: list[Problem] = field(default_factory=list)


def index_lessons() -> IndexReport:
    """Index every course folder. What is gone is no longer listed, and its attempts stay."""
    root = Path(settings.LESSONS)
    report = IndexReport()
    slugs = []
    for folder in sorted(path.parent for path in root.glob("*/course.yaml")):
        slugs.append(folder.name)
        _index_folder(root, folder, report)
    report.unlisted += Course.objects.filter(is_listed=True).exclude(slug__in=slugs).update(is_listed=False)
    return report


def _index_folder(root: Path, folder: Path, report: IndexReport) -> None:
    found = Problems()
    course = read_course(folder, found)
    for problem in found.found:
        report.problems.append(Problem(f"{folder.name}/{problem.file}", problem.line, problem.message, problem.instead))
    # A course's own mistakes leave all of it as it was; a lesson's leave that lesson.
    if course is not None and not any(problem.file == "course.yaml" for problem in found.found):
        _index_course(root, course, report)


@transaction.atomic
def _index_course(root: Path, course: model.Course, report: IndexReport) -> None:
    row, _ = Course.objects.update_or_create(
        slug=course.slug,
        defaults={
            "title": dict(course.title),
            "summary": dict(course.summary),
            "position": course.position,
            "is_listed": True,
        },
    )
    report.courses += 1
    for lesson in course.lessons:
        _index_lesson(root, row, lesson, report)
    there = {path.name.partition("-")[2] for path in course.folder.iterdir() if (path / "lesson.yaml").is_file()}
    search.refresh()
    report.unlisted += row.lessons.filter(is_listed=True).exclude(slug__in=there).update(is_listed=False)


def _index_lesson(root: Path, course: Course, lesson: model.Lesson, report: IndexReport) -> None:
    unproven = record.unproven(lesson, ground.current())
    row, _ = Lesson.objects.update_or_create(
        course=course,
        slug=lesson.slug,
        defaults={
            "number": lesson.number,
            "folder": lesson.folder.relative_to(root).as_posix(),
            "version": version_of(lesson.folder),
            "title": dict(lesson.title),
            "summary": dict(lesson.summary),
            "minutes": lesson.minutes,
            "image": lesson.image,
            "terminals": lesson.terminals,
            "languages": list(lesson.languages),
            "is_text_proven": TEXT not in unproven,
            "is_listed": True,
        },
    )
    _index_text(row, lesson)
    report.lessons += 1
    for exercise in lesson.exercises:
        Exercise.objects.update_or_create(
            lesson=row,
            slug=exercise.id,
            defaults={
                "number": exercise.number,
                "title": dict(exercise.title),
                "points": exercise.points,
                "is_proven": exercise.id not in unproven,
                "is_listed": True,
            },
        )
        report.exercises += 1
    gone = row.exercises.filter(is_listed=True).exclude(slug__in=[exercise.id for exercise in lesson.exercises])
    report.unlisted += gone.update(is_listed=False)


def _index_text(row: Lesson, lesson: model.Lesson) -> None:
    """Write what is searched, in every language that pages have: where a lesson has none, its English text."""
    Passage.objects.filter(lesson=row).delete()
    rows = [
        Passage(lesson=row, language=language, section=found.id, position=at, title=found.title, body=found.body)
        for language in model.LANGUAGES
        for at, found in enumerate(passages(lesson, language if language in lesson.sources else model.DEFAULT_LANGUAGE))
    ]
    Passage.objects.bulk_create(rows)


def version_of(folder: Path) -> str:
    """Return the SHA-256 over names and contents of all files of a lesson but what is recorded about it."""
    digest = hashlib.sha256()
    for path in _files(folder):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(path for path in folder.rglob("*") if _is_content(path)))


def _is_content(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.name != record.FILE
