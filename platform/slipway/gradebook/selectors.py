"""Reads for the gradebook beyond what grading gives."""

from uuid import UUID

from django.db.models import Count

from slipway.accounts import selectors as people
from slipway.accounts.models import User
from slipway.courses.models import Course, Exercise
from slipway.grading.models import CheckRun


def courses_of(*, grader: User) -> list[Course]:
    """Return the courses that a person grades; `learners` of each is how many people opened a lesson."""
    courses = Course.objects.filter(is_listed=True).annotate(
        learners=Count("lessons__attempts__learner", distinct=True)
    )
    slugs = people.graded_courses(user=grader)
    return list(courses if slugs is None else courses.filter(slug__in=slugs))


def exercise_of(*, course: str, attempt_id: UUID, slug: str) -> Exercise | None:
    """Return the exercise of this id in the lesson of an attempt of this course."""
    exercises = Exercise.objects.select_related("lesson__course")
    return exercises.filter(slug=slug, lesson__course__slug=course, lesson__attempts=attempt_id).first()


def is_being_checked(*, attempt_id: UUID) -> bool:
    """Tell whether a check that a grader asked for is under way."""
    runs = CheckRun.objects.filter(attempt=attempt_id, trigger=CheckRun.Trigger.GRADER, state__in=CheckRun.UNFINISHED)
    return runs.exists()
