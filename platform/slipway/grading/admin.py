"""Attempts and their evidence in Django's admin: to be looked at, never edited."""

from django.contrib import admin

from slipway.grading.models import Attempt, CheckRun, Command, Progress, Verdict
from slipway.lookonly import LookOnly


class _Evidence(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Rows that are looked at only; they are deleted with their learner."""


class ProgressInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy alone
    """An attempt's progress, one exercise a line."""

    model = Progress
    fields = ["exercise", "status", "tries", "checks_passed", "checks_total", "hints_opened", "passed_at"]
    ordering = ["exercise__number"]
    extra = 0


@admin.register(Attempt)
class AttemptAdmin(_Evidence):
    """Attempts with their progress."""

    list_display = ["learner", "lesson", "started_at", "opened_at", "ended_at", "setup_failure"]
    list_filter = ["lesson__course", "lesson"]
    list_select_related = ["learner", "lesson__course"]
    search_fields = ["learner__username", "learner__email"]
    date_hierarchy = "started_at"
    inlines = [ProgressInline]


@admin.register(Progress)
class ProgressAdmin(_Evidence):
    """How far each attempt is with each exercise."""

    list_display = ["attempt", "exercise", "status", "tries", "hints_opened", "passed_at"]
    list_filter = ["status", "exercise__lesson"]
    list_select_related = ["attempt__learner", "attempt__lesson__course", "exercise__lesson__course"]
    search_fields = ["attempt__learner__username", "exercise__slug"]


@admin.register(Command)
class CommandAdmin(_Evidence):
    """Commands that ended in learners' terminals."""

    list_display = ["__str__", "exit_status", "sandbox", "terminal", "ended_at"]
    list_filter = ["exit_status"]
    list_select_related = ["sandbox"]
    search_fields = ["text", "sandbox__owner__username", "sandbox__machine"]
    date_hierarchy = "ended_at"


@admin.register(CheckRun)
class CheckRunAdmin(_Evidence):
    """Check runs: what asked for them and how they ended."""

    list_display = ["attempt", "exercise", "trigger", "state", "requested_at", "ended_at", "failure"]
    list_filter = ["state", "trigger", "attempt__lesson"]
    list_select_related = ["attempt__learner", "attempt__lesson__course", "exercise__lesson__course"]
    search_fields = ["attempt__learner__username", "failure"]
    date_hierarchy = "requested_at"


@admin.register(Verdict)
class VerdictAdmin(_Evidence):
    """Verdicts: what was expected and what was observed."""

    list_display = ["attempt", "exercise", "passed", "mistake", "created_at"]
    list_filter = ["passed", "exercise__lesson"]
    list_select_related = ["attempt__learner", "attempt__lesson__course", "exercise__lesson__course"]
    search_fields = ["attempt__learner__username", "exercise__slug", "mistake"]
    date_hierarchy = "created_at"
