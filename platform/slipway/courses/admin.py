"""Courses in the admin: to look at. What they hold comes from their files."""

from django.contrib import admin

from slipway.courses.models import Course, Exercise, Lesson
from slipway.lessonfile.model import in_language
from slipway.lookonly import LookOnly


class _Titled(LookOnly):
    """The files are the truth: an edit here would be lost at the next indexing."""

    @admin.display(description="title", ordering="title")
    def name(self, row: Course | Lesson | Exercise) -> str:
        """Return the English title."""
        return in_language(row.title, "en")


class LessonInline(_Titled, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy alone
    """The lessons of a course."""

    model = Lesson
    fields = ["number", "slug", "minutes", "image", "is_listed"]
    show_change_link = True
    can_delete = False
    extra = 0


class ExerciseInline(_Titled, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy alone
    """The exercises of a lesson."""

    model = Exercise
    fields = ["number", "slug", "points", "is_listed"]
    can_delete = False
    extra = 0


@admin.register(Course)
class CourseAdmin(_Titled, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Courses with their lessons."""

    list_display = ["slug", "name", "position", "is_listed"]
    list_filter = ["is_listed"]
    search_fields = ["slug"]
    inlines = [LessonInline]


@admin.register(Lesson)
class LessonAdmin(_Titled, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Lessons with their exercises."""

    list_display = ["slug", "name", "course", "number", "minutes", "image", "is_listed"]
    list_filter = ["course", "is_listed", "image"]
    list_select_related = ["course"]
    search_fields = ["slug", "course__slug"]
    inlines = [ExerciseInline]


@admin.register(Exercise)
class ExerciseAdmin(_Titled, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Exercises, to look up by slug."""

    list_display = ["slug", "name", "lesson", "number", "points", "is_listed"]
    list_filter = ["lesson__course", "is_listed"]
    list_select_related = ["lesson__course"]
    search_fields = ["slug", "lesson__slug"]
