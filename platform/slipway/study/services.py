"""What is written about a learner's own things: notes, marks, places, certificates."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from slipway.accounts.models import User
from slipway.courses.models import Course, Lesson
from slipway.study import selectors
from slipway.study.errors import StudyError
from slipway.study.models import MAX_NAME, MAX_NOTE, Certificate, Place, Section


def keep_note(*, learner: User, lesson: Lesson, section: str, text: str) -> None:
    """Keep a note beside a section, in place of the one before; a blank one is none."""
    # PostgreSQL cannot keep a NUL, and nobody can see one.
    note = text.replace("\0", "").strip().replace("\r\n", "\n")
    if len(note) > MAX_NOTE:
        said = gettext("The note has {length} characters, and {most} are kept. Shorten it and save again.")
        raise StudyError(said.format(length=len(note), most=MAX_NOTE))
    Section.objects.update_or_create(learner=learner, lesson=lesson, section=section, defaults={"note": note})


def mark_read(*, learner: User, lesson: Lesson, section: str, is_read: bool) -> None:
    """Note that a section was read, or that it is to be read again."""
    Section.objects.update_or_create(learner=learner, lesson=lesson, section=section, defaults={"is_read": is_read})


def keep_place(*, learner: User, lesson: Lesson, section: str) -> None:
    """Remember where in a lesson its learner is."""
    Place.objects.update_or_create(learner=learner, lesson=lesson, defaults={"section": section})


def issue_certificate(*, learner: User, course: Course, name: str) -> Certificate:
    """Issue the certificate of a course that is done, once; the name on it stays."""
    if learner.is_guest:
        raise StudyError(
            gettext("A certificate needs an account. Sign up first: you keep everything that you have done.")
        )
    written = " ".join(name.split())
    if not written or len(written) > MAX_NAME or not written.isprintable():
        said = gettext("Write the name that is to stand on the certificate, in at most {most} characters.")
        raise StudyError(said.format(most=MAX_NAME))
    standing = selectors.standing(learner=learner, course=course)
    if not standing.is_done:
        said = gettext("{left} of {total} exercises are still to pass. Pass them, then ask again.")
        raise StudyError(said.format(left=standing.left, total=standing.exercises))
    try:
        with transaction.atomic():
            return Certificate.objects.create(
                learner=learner,
                course=course,
                course_title=course.title,
                name=written,
                lessons=standing.lessons,
                exercises=standing.exercises,
            )
    except IntegrityError:  # the learner's other tab was first
        return Certificate.objects.get(learner=learner, course=course)
