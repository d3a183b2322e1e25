"""What a learner keeps of a course: the place reached in a lesson, notes, what was read, and the certificate."""

import uuid

from django.conf import settings
from django.db import models

from slipway.courses.models import Course, Lesson

MAX_NOTE, MAX_NAME = 4000, 80


class Section(models.Model):
    """What one learner keeps beside one section of a lesson; a section is known by its id on the page."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sections")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="sections")
    section = models.CharField(max_length=64)
    note = models.TextField(blank=True, max_length=MAX_NOTE)
    is_read = models.BooleanField(default=False)

    class Meta:
        ordering = ["lesson", "section"]
        constraints = [models.UniqueConstraint(fields=["learner", "lesson", "section"], name="one_row_per_section")]

    def __str__(self) -> str:
        return f"{self.learner}: {self.lesson}#{self.section}"


class Place(models.Model):
    """Where in a lesson a learner was reading last."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="places")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="places")
    section = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson"], name="one_place_per_lesson")]

    def __str__(self) -> str:
        return f"{self.learner}: {self.lesson}#{self.section}"


class Certificate(models.Model):
    """That a learner has passed all exercises that a course had on a day.

    It stays when the course changes, and when course or learner are gone: it holds all that it shows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="certificates"
    )
    course = models.ForeignKey(Course, on_delete=models.SET_NULL, null=True, related_name="certificates")
    course_title = models.JSONField(help_text="As the course was called then: text by language tag.")
    name = models.CharField(max_length=MAX_NAME, help_text="As the learner wrote it.")
    lessons = models.PositiveSmallIntegerField()
    exercises = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [models.UniqueConstraint(fields=["learner", "course"], name="one_certificate_per_course")]

    def __str__(self) -> str:
        return f"{self.name}: {self.course or self.course_title['en']}"
