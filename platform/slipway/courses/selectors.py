"""Read courses: rows from the index, content from the folders that it names."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import structlog
from django.conf import settings
from django.db.models import Max, Prefetch, QuerySet

from slipway.courses.models import Course, Exercise, Lesson
from slipway.lessonfile import model, render
from slipway.lessonfile.labels import ENGLISH, Labels
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.problems import LessonErrors

log = structlog.get_logger(__name__)
T = TypeVar("T")
_KEPT = 64


class _Cache(Generic[T]):
    """Keeps the newest few values of one process; each is remade when its stamp changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, stamp: Hashable, make: Callable[[], T]) -> T:
        """Return the value under a key as it is at this stamp."""
        with self._lock:
            kept = self._kept.get(key)
            if kept and kept[0] == stamp:
                self._kept.move_to_end(key)
                return kept[1]
        value = make()
        with self._lock:
            self._kept[key] = (stamp, value)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return value

    def last(self, key: Hashable) -> T | None:
        """Return what is kept under a key, however old."""
        kept = self._kept.get(key)
        return kept[1] if kept else None


_lessons: _Cache[model.Lesson] = _Cache()
_templates: _Cache[render.LessonTemplate] = _Cache()


def catalogue() -> list[Course]:
    """Return the listed courses with their listed lessons and exercises, in three queries."""
    lessons = Prefetch("lessons", queryset=_listed_lessons())
    return list(Course.objects.filter(is_listed=True).prefetch_related(lessons))


def course_by_slug(slug: str) -> Course | None:
    """Return a listed course with its listed lessons and exercises, or None."""
    lessons = Prefetch("lessons", queryset=_listed_lessons())
    return Course.objects.filter(is_listed=True, slug=slug).prefetch_related(lessons).first()


def lesson_by_slug(course_slug: str, lesson_slug: str) -> Lesson | None:
    """Return a listed lesson with its course and listed exercises, or None."""
    listed = _listed_lessons().filter(course__is_listed=True)
    return listed.filter(course__slug=course_slug, slug=lesson_slug).select_related("course").first()


def lessons_of(course: Course) -> list[Lesson]:
    """Return the listed lessons of a course in order, with their exercises."""
    return list(_listed_lessons().filter(course=course))


def most_terminals(*, course: str, image: str) -> int:
    """Return how many terminals the lesson that allows most has, of those of a course that share a machine."""
    lessons = Lesson.objects.filter(course__slug=course, image=image)
    return int(lessons.aggregate(most=Max("terminals"))["most"] or model.TERMINALS)


def _listed_lessons() -> QuerySet[Lesson]:
    exercises = Prefetch("exercises", queryset=Exercise.objects.filter(is_listed=True).order_by("number"))
    return Lesson.objects.filter(is_listed=True).order_by("number").prefetch_related(exercises)


def lesson_content(row: Lesson) -> model.Lesson:
    """Return a lesson's content, read again when its files change.

    While an author breaks a file, this process goes on with what it read last. Raise `LessonErrors` without that.
    """
    folder = Path(settings.LESSONS) / row.folder
    try:
        return _lessons.get(row.folder, _stamp(folder), lambda: load_lesson(folder))
    except LessonErrors as errors:
        last = _lessons.last(row.folder)
        if last is None:
            raise
        log.warning("lesson is broken, going on with its last state", lesson=str(row), problems=len(errors.problems))
        return last


def lesson_template(row: Lesson, language: str, labels: Labels = ENGLISH) -> render.LessonTemplate:
    """Return a lesson's text, ready to be filled for an attempt; a language that it has not falls back to English.

    `labels` are the page's own words in it.
    """
    content = lesson_content(row)
    spoken = language if language in content.sources else model.DEFAULT_LANGUAGE
    # The content is a new object whenever its files changed.
    key = (row.folder, spoken, labels.language)
    return _templates.get(key, id(content), lambda: render.compile_lesson(content, spoken, labels))


def _stamp(folder: Path) -> Hashable:
    """Return what changes when any file of a lesson, or one beside it in its course, does."""
    found = [(path.name, path.lstat()) for path in (*folder.rglob("*"), *folder.parent.glob("*.yaml")) if path.exists()]
    return tuple((name, status.st_mtime_ns, status.st_size) for name, status in sorted(found, key=lambda pair: pair[0]))
