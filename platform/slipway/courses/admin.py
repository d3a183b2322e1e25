"""Courses in the admin: to look at. What they hold comes from their files."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from slipway.courses.models import Course, Exercise, Lesson
from slipway.lessonfile.model import in_language


class ReadOnlyMixin:
    """The files are the truth: an edit here would be lost at the next indexing."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002  (Django's signature)
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nothing is changed here."""
        return False

    @admin.display(description="title", ordering="title")
    def name(self, row: Course | Lesson | Exercise) -> str:
        """Return the English title."""
        return in_language(row.title, "en")


class LessonInline(ReadOnlyMixin, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy alone
    """The lessons of a course."""

    model = Lesson
    fields = ["number", "slug", "minutes", "image", "is_listed"]
    show_change_link = True
    can_delete = False
    extra = 0


class ExerciseInline(ReadOnlyMixin, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy alone
    """The exercises of a lesson."""

    model = Exercise
    fields = ["number", "slug", "points", "is_listed"]
    can_delete = False
    extra = 0


@admin.register(Course)
class CourseAdmin(ReadOnlyMixin, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Courses with their lessons."""

    list_display = ["slug", "name", "position", "is_listed"]
    list_filter = ["is_listed"]
    search_fields = ["slug"]
    inlines = [LessonInline]


@admin.register(Lesson)
class LessonAdmin(ReadOnlyMixin, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Lessons with their exercises."""

    list_display = ["slug", "name", "course", "number", "minutes", "image", "is_listed"]
    list_filter = ["course", "is_listed", "image"]
    list_select_related = ["course"]
    search_fields = ["slug", "course__slug"]
    inlines = [ExerciseInline]


@admin.register(Exercise)
class ExerciseAdmin(ReadOnlyMixin, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Exercises, to look up by slug."""

    list_display = ["slug", "name", "lesson", "number", "points", "is_listed"]
    list_filter = ["lesson__course", "is_listed"]
    list_select_related = ["lesson__course"]
    search_fields = ["slug", "lesson__slug"]
