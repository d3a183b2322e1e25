"""The index of what lies in lessons/. The files are the truth; a row is found again by its slug."""

from django.db import models

from slipway.lessonfile.model import TERMINALS


class Course(models.Model):
    """A folder of lessons."""

    slug = models.SlugField(max_length=64, unique=True)
    title = models.JSONField(help_text="Text by language tag.")
    summary = models.JSONField(default=dict, help_text="Text by language tag.")
    position = models.PositiveSmallIntegerField(default=0)
    is_listed = models.BooleanField(default=True, help_text="Off when its folder is gone; attempts stay.")

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.slug


class Lesson(models.Model):
    """One lesson folder, as it was when it was last indexed."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    slug = models.SlugField(max_length=64, help_text="The folder's name without its number.")
    number = models.PositiveSmallIntegerField()
    folder = models.CharField(max_length=255, help_text="Relative to the folder of lessons.")
    version = models.CharField(max_length=64, help_text="SHA-256 over all files of the folder, in hexadecimal.")
    title = models.JSONField(help_text="Text by language tag.")
    summary = models.JSONField(default=dict, help_text="Text by language tag.")
    minutes = models.PositiveSmallIntegerField()
    image = models.SlugField(max_length=64)
    terminals = models.PositiveSmallIntegerField(default=TERMINALS, help_text="As many may be open beside it.")
    languages = models.JSONField(default=list)
    is_text_proven = models.BooleanField(default=False, help_text="The text was proven as it is.")
    is_listed = models.BooleanField(default=True)

    class Meta:
        ordering = ["course", "number"]
        constraints = [models.UniqueConstraint(fields=["course", "slug"], name="one_lesson_per_slug")]

    def __str__(self) -> str:
        return f"{self.course.slug}/{self.slug}"

    @property
    def unproven(self) -> list["Exercise"]:
        """Return the exercises that changed since they were proven, out of those that are loaded."""
        return [exercise for exercise in self.exercises.all() if not exercise.is_proven]

    @property
    def is_proven(self) -> bool:
        """Tell whether the text and all exercises were proven as they are."""
        return self.is_text_proven and not self.unproven


class Passage(models.Model):
    """A section of a lesson's text in one language, to be searched: `search.py` keeps an index over these rows."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="passages")
    language = models.CharField(max_length=16)
    section = models.CharField(max_length=64, blank=True, help_text="Its id on the page; empty before any heading.")
    position = models.PositiveSmallIntegerField()
    title = models.TextField()
    body = models.TextField()

    class Meta:
        ordering = ["lesson", "language", "position"]

    def __str__(self) -> str:
        return f"{self.lesson}#{self.section}"


class Exercise(models.Model):
    """One exercise of a lesson: what grades hang on."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="exercises")
    slug = models.SlugField(max_length=64, help_text="The id of its heading in lesson.md.")
    number = models.PositiveSmallIntegerField()
    title = models.JSONField(help_text="Text by language tag.")
    points = models.PositiveSmallIntegerField()
    is_proven = models.BooleanField(default=False, help_text="It was proven as it is.")
    is_listed = models.BooleanField(default=True)

    class Meta:
        ordering = ["lesson", "number"]
        constraints = [models.UniqueConstraint(fields=["lesson", "slug"], name="one_exercise_per_slug")]

    def __str__(self) -> str:
        return f"{self.lesson}#{self.slug}"
