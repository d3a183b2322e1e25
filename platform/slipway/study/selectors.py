"""What is read of a learner's own things."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from slipway.accounts.models import User
from slipway.courses.models import Course, Exercise, Lesson
from slipway.grading.models import Progress
from slipway.study.models import Certificate, Place, Section


@dataclass(frozen=True, slots=True)
class Kept:
    """What a learner keeps of one lesson: notes by section, the sections that were read, and the place."""

    notes: Mapping[str, str]
    read: frozenset[str]
    place: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a learner is with a course, counted over all attempts."""

    lessons: int
    exercises: int
    passed: int

    @property
    def left(self) -> int:
        """Return how many exercises are still to pass."""
        return self.exercises - self.passed

    @property
    def is_done(self) -> bool:
        """Tell whether there are exercises, and all are passed."""
        return self.exercises > 0 and not self.left


def kept(*, learner: User, lesson: Lesson) -> Kept:
    """Return what a learner keeps of a lesson; two queries."""
    rows = list(Section.objects.filter(learner=learner, lesson=lesson))
    place = Place.objects.filter(learner=learner, lesson=lesson).values_list("section", flat=True).first()
    return Kept(
        {row.section: row.note for row in rows}, frozenset(row.section for row in rows if row.is_read), place or ""
    )


def notes_of(*, learner: User, course: Course) -> dict[int, dict[str, str]]:
    """Return all notes of a course, by lesson and section."""
    found: dict[int, dict[str, str]] = {}
    for row in Section.objects.filter(learner=learner, lesson__course=course).exclude(note=""):
        found.setdefault(row.lesson_id, {})[row.section] = row.note
    return found


def standing(*, learner: User, course: Course) -> Standing:
    """Return how far a learner is; three queries."""
    exercises = Exercise.objects.filter(lesson__course=course, lesson__is_listed=True, is_listed=True)
    passed = Progress.objects.filter(
        attempt__learner=learner, exercise__in=exercises, status=Progress.Status.PASSED
    ).values("exercise")
    lessons = exercises.values("lesson").distinct().count()
    return Standing(lessons, exercises.count(), passed.distinct().count())


def certificate_of(*, learner: User, course: Course) -> Certificate | None:
    """Return a learner's certificate of a course."""
    return Certificate.objects.filter(learner=learner, course=course).first()


def certificate_by_id(*, certificate_id: UUID) -> Certificate | None:
    """Return the certificate of this number."""
    return Certificate.objects.filter(id=certificate_id).first()
