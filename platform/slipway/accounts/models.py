"""People. A guest is a person without a way to sign in yet, and keeps everything when signing up."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Language(models.TextChoices):
    """A language that lessons are written in; the value is its BCP 47 tag."""

    ENGLISH = "en", "English"
    HINGLISH = "hi-Latn", "Hinglish"


class Interface(models.TextChoices):
    """A language that the pages themselves speak; the value is its BCP 47 tag. Each is named as its readers call it."""

    ENGLISH = "en", "English"
    HINDI = "hi", "हिन्दी"


class User(AbstractUser):
    """A learner, author, grader or operator. `interface` is blank until it is chosen: then the browser's counts."""

    is_guest = models.BooleanField(default=False)
    language = models.CharField(max_length=16, choices=Language.choices, default=Language.ENGLISH)
    interface = models.CharField(max_length=16, choices=Interface.choices, blank=True, default="")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.TextChoices):
    """What a person may do in one course, beyond learning in it."""

    GRADER = "grader", "Grader"
    AUTHOR = "author", "Author"


class CourseRole(models.Model):
    """A person's role in one course. Staff have every role in every course."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="course_roles")
    course = models.SlugField(max_length=64)
    role = models.CharField(max_length=16, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course", "role"], name="one_row_per_role")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} of {self.course}"
