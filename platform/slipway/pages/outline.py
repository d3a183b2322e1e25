"""A course as its map shows it, made of rows that are loaded already: nothing here asks the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from slipway.courses.models import Course, Exercise, Lesson
from slipway.grading.models import Progress
from slipway.pages import hull, words
from slipway.pages.selectors import Mark

_LOOKS = {
    Progress.Status.TODO: "todo",
    Progress.Status.FAILED: "fail",
    Progress.Status.PASSED: "pass",
    Progress.Status.SKIPPED: "wait",
}
# What is gone on with only where nothing is open.
_LATER = {Progress.Status.SKIPPED: 1, Progress.Status.PASSED: 2}


class Place(StrEnum):
    """Where a lesson lies in the learner's way; the value is its class on the map."""

    AHEAD = ""
    NOW = "now"
    PASSED = "pass"


@dataclass(frozen=True)
class ExerciseLine:
    """One exercise of a lesson on the map."""

    exercise: Exercise
    mark: Mark
    is_next: bool

    @property
    def look(self) -> str:
        """Return the class of its draught mark."""
        return _LOOKS[self.mark.status]

    @property
    def is_passed(self) -> bool:
        """Tell whether it is done."""
        return self.mark.status == Progress.Status.PASSED


@dataclass(frozen=True)
class LessonLine:
    """One lesson on the map."""

    lesson: Lesson
    lines: tuple[ExerciseLine, ...]
    place: Place

    @property
    def passed(self) -> int:
        """Return how many exercises are passed."""
        return sum(line.is_passed for line in self.lines)

    @property
    def next_exercise(self) -> int:
        """Return the number of the exercise to go on with."""
        return next((line.exercise.number for line in self.lines if line.is_next), 1)

    @property
    def next_slug(self) -> str:
        """Return the id of the exercise to go on with."""
        return next((line.exercise.slug for line in self.lines if line.is_next), "main")


@dataclass(frozen=True)
class CourseOutline:
    """A course with its lessons, and how far the learner is."""

    course: Course
    lessons: tuple[LessonLine, ...]

    @property
    def passed_lessons(self) -> int:
        """Return how many lessons are passed."""
        return sum(line.place == Place.PASSED for line in self.lessons)

    @property
    def passed_exercises(self) -> int:
        """Return how many exercises are passed."""
        return sum(line.passed for line in self.lessons)

    @property
    def exercises(self) -> int:
        """Return how many exercises there are."""
        return sum(len(line.lines) for line in self.lessons)

    @property
    def minutes(self) -> int:
        """Return how long all lessons take."""
        return sum(line.lesson.minutes for line in self.lessons)

    @property
    def minutes_left(self) -> int:
        """Return how long the lessons take that are not passed."""
        return sum(line.lesson.minutes for line in self.lessons if line.place != Place.PASSED)

    @property
    def is_done(self) -> bool:
        """Tell whether every exercise is passed."""
        return 0 < self.exercises == self.passed_exercises

    @property
    def is_begun(self) -> bool:
        """Tell whether the learner has touched the course."""
        return any(line.place != Place.AHEAD for line in self.lessons)

    @property
    def current(self) -> LessonLine | None:
        """Return the lesson to go on with: the one that is begun, else the first that is not passed."""
        ahead = [line for line in self.lessons if line.place != Place.PASSED]
        return next((line for line in ahead if line.place == Place.NOW), ahead[0] if ahead else None)

    @property
    def languages(self) -> list[str]:
        """Return the names of the languages in which any lesson is written."""
        tags = {tag for line in self.lessons for tag in line.lesson.languages}
        return [words.language_name(tag) for tag in words.LANGUAGE_NAMES if tag in tags]

    @cached_property
    def hull(self) -> hull.Hull:
        """Return the picture of the course."""
        passed = {line.lesson.number for line in self.lessons if line.place == Place.PASSED}
        now = next((line.lesson.number for line in self.lessons if line.place == Place.NOW), None)
        return hull.build([line.lesson.number for line in self.lessons], passed, now)


def build(course: Course, marks: Mapping[int, Mark], current_lesson: int | None) -> CourseOutline:
    """Return the outline. `current_lesson` is the id of the lesson that the learner opened last, wherever it is."""
    return CourseOutline(course, tuple(_lesson(lesson, marks, current_lesson) for lesson in course.lessons.all()))


def _lesson(lesson: Lesson, marks: Mapping[int, Mark], current_lesson: int | None) -> LessonLine:
    exercises = list(lesson.exercises.all())
    found = [marks.get(exercise.id, Mark()) for exercise in exercises]
    passed = [mark.status == Progress.Status.PASSED for mark in found]
    place = Place.AHEAD
    if passed and all(passed):
        place = Place.PASSED
    elif lesson.id == current_lesson:
        place = Place.NOW
    upcoming = _upcoming([mark.status for mark in found]) if place == Place.NOW else -1
    pairs = enumerate(zip(exercises, found, strict=True))
    lines = tuple(ExerciseLine(exercise, mark, is_next=at == upcoming) for at, (exercise, mark) in pairs)
    return LessonLine(lesson, lines, place)


def _upcoming(statuses: list[Progress.Status]) -> int:
    """Return the place of the exercise to go on with, a skipped one only where all others have passed."""
    return min(range(len(statuses)), key=lambda at: _LATER.get(statuses[at], 0), default=-1)
