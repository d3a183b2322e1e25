"""What a learner did, and what was found when it was checked."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from slipway.courses.models import Exercise, Lesson
from slipway.sandboxes.models import Sandbox, Snapshot


class Attempt(models.Model):
    """One learner on one lesson. Starting over ends it and begins another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="attempts")
    parameters = models.JSONField(default=dict, help_text="Drawn once, kept for the attempt: name to value.")
    set_up_on = models.CharField(max_length=80, blank=True, help_text="Disk that all setup steps ran on.")
    setup_disk = models.CharField(max_length=80, blank=True, help_text="Disk that setup was begun on last.")
    setup_steps_done = models.PositiveSmallIntegerField(default=0, help_text="Steps that ended on that disk.")
    setup_failure = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(auto_now_add=True, help_text="When its page was opened last.")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "lesson"], condition=Q(ended_at__isnull=True), name="one_open_attempt_per_lesson"
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner} on {self.lesson}"


class SnapshotSetUp(models.Model):
    """A lesson that was set up in the machine when a snapshot was asked for: it need not be again after a way back."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="set_ups")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="snapshot_set_ups")
    parameters = models.JSONField(default=dict, help_text="The attempt's, with what setup had noted of that machine.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "attempt"], name="one_set_up_per_snapshot_and_attempt")
        ]

    def __str__(self) -> str:
        return f"{self.attempt} in {self.snapshot}"


class Progress(models.Model):
    """How far one attempt is with one exercise; the newest verdict in short, for pages and grids."""

    class Status(models.TextChoices):
        """What the exercise's card and the grader's cell show."""

        TODO = "todo", "To do"
        FAILED = "failed", "Not yet"
        PASSED = "passed", "Passed"
        SKIPPED = "skipped", "Skipped"

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="progress")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="progress")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.TODO)
    tries = models.PositiveIntegerField(
        default=0, help_text="Check runs that did not pass, each different from the last."
    )
    checks_passed = models.PositiveSmallIntegerField(default=0)
    checks_total = models.PositiveSmallIntegerField(default=0)
    hints_opened = models.PositiveSmallIntegerField(default=0)
    solution_opened_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=dict, help_text="What was answered: answer field to text, or to ids of options.")
    predicted_at = models.DateTimeField(null=True, blank=True, help_text="When a prediction was kept.")
    points_lost = models.PositiveSmallIntegerField(default=0, help_text="What hints and the solution cost.")
    passed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "progress"
        constraints = [models.UniqueConstraint(fields=["attempt", "exercise"], name="one_progress_per_exercise")]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.exercise.slug} {self.status}"

    def counts_after(self, earlier: "Progress") -> bool:
        """Tell whether this row counts rather than that of an earlier attempt at the same exercise."""
        if earlier.status != self.Status.PASSED:
            return True
        return self.status == self.Status.PASSED and self.points_lost < earlier.points_lost

    def points_of(self, exercise: Exercise) -> int:
        """Return the points earned: those of the exercise without what was paid for help, once it is passed."""
        return max(0, exercise.points - self.points_lost) if self.status == self.Status.PASSED else 0


class Command(models.Model):
    """A command that ended in a learner's terminal, from the shell's own marks."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="commands")
    attempt = models.ForeignKey(Attempt, on_delete=models.SET_NULL, null=True, blank=True, related_name="commands")
    terminal = models.CharField(max_length=32)
    boot = models.CharField(max_length=32, help_text="Id of the shell that ran it.")
    offset = models.PositiveBigIntegerField(help_text="Output bytes of that shell up to the command's end.")
    text = models.TextField(max_length=8192)
    exit_status = models.IntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["ended_at", "offset"]
        constraints = [
            models.UniqueConstraint(fields=["sandbox", "boot", "terminal", "offset"], name="one_row_per_command")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CheckRun(models.Model):
    """One request to check an attempt. One may run and one may wait per attempt; a newer one replaces it."""

    class State(models.TextChoices):
        """Where the run is."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        SUPERSEDED = "superseded", "Superseded"
        FAILED = "failed", "Failed"

    UNFINISHED = (State.WAITING, State.RUNNING)

    class Trigger(models.TextChoices):
        """What asked for it."""

        COMMAND = "command", _("A command ended")
        BUTTON = "button", _("The learner asked")
        ANSWER = "answer", _("An answer was submitted")
        API = "api", _("A program asked")
        GRADER = "grader", _("A grader asked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="check_runs")
    trigger = models.CharField(max_length=16, choices=Trigger.choices)
    exercise = models.ForeignKey(
        Exercise, on_delete=models.CASCADE, null=True, blank=True, help_text="Empty: every exercise not passed yet."
    )
    command = models.ForeignKey(Command, on_delete=models.SET_NULL, null=True, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="supersedes"
    )
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    failure = models.CharField(max_length=500, blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(state="waiting") & ~Q(trigger="grader"), name="one_waiting_run"
            ),
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(state="waiting", trigger="grader"), name="one_waiting_run_of_graders"
            ),
            models.UniqueConstraint(fields=["attempt"], condition=Q(state="running"), name="one_running_run"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.get_trigger_display()}, {self.state}"


class Verdict(models.Model):
    """What one check run found for one exercise."""

    run = models.ForeignKey(CheckRun, on_delete=models.CASCADE, related_name="verdicts")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="verdicts")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="verdicts")
    passed = models.BooleanField()
    results = models.JSONField(help_text="One per check: id, title, passed, expected, observed, message.")
    mistake = models.CharField(max_length=64, blank=True, help_text="Id of the mistake that was recognised.")
    message = models.JSONField(default=dict, help_text="For the learner: text by language tag.")
    hint = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Number of the hint that fits, from 1.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["run", "exercise"], name="one_verdict_per_run_and_exercise")]

    def __str__(self) -> str:
        return f"{self.exercise.slug}: {'passed' if self.passed else 'not yet'}"
