"""Reads about people and their roles."""

from django.contrib.auth.models import AnonymousUser

from slipway.accounts.models import CourseRole, Role, User


def may_grade(*, user: User | AnonymousUser, course: str) -> bool:
    """Tell whether a person may see and check again the work of a course's learners."""
    if not isinstance(user, User):
        return False
    return user.is_staff or user.course_roles.filter(course=course, role=Role.GRADER).exists()


def works_on(*, user: User, course: str) -> bool:
    """Tell whether a person grades or writes a course."""
    return user.is_staff or user.course_roles.filter(course=course).exists()


def may_grade_any(*, user: User) -> bool:
    """Tell whether a person is a grader of any course."""
    return user.is_staff or user.course_roles.filter(role=Role.GRADER).exists()


def graded_courses(*, user: User) -> set[str] | None:
    """Return the slugs of the courses that a person grades; None stands for all of them."""
    if user.is_staff:
        return None
    return set(CourseRole.objects.filter(user=user, role=Role.GRADER).values_list("course", flat=True))
