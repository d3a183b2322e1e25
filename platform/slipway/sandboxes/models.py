"""Sandboxes as the database knows them. The engine knows machines and disks; `reconcile` brings both together."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from slipway.courses.models import Lesson
from slipway.sandboxes import names
from slipway.sandboxes.states import WAITING, State


class Engine(models.Model):
    """A Docker Engine that runs sandboxes, and the worker beside it."""

    name = models.SlugField(max_length=64, unique=True)
    socket = models.CharField(max_length=255, help_text="Path of its unix socket, as web and worker see it.")
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When it last answered.")
    capacity = models.JSONField(null=True, blank=True, help_text="What its host had left when it was measured last.")
    measured_at = models.DateTimeField(null=True, blank=True)
    use = models.JSONField(default=dict, blank=True, help_text="What machines use of their limits, by image.")
    seconds_per_start = models.FloatField(default=1.0, help_text="From one start's end to the next, when many wait.")

    def __str__(self) -> str:
        return self.name


class Sandbox(models.Model):
    """One learner's machine; without an owner it is a warm one of the pool."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="sandboxes"
    )
    course = models.SlugField(max_length=64, blank=True, help_text="Empty while it is in the pool.")
    image = models.SlugField(max_length=64, help_text="Name of the sandbox image, such as lab-docker.")
    tag = models.CharField(
        max_length=128, blank=True, help_text="The image's content-hashed tag that its disk was made from."
    )
    engine = models.ForeignKey(Engine, on_delete=models.PROTECT, null=True, blank=True, related_name="sandboxes")
    machine = models.CharField(max_length=64, blank=True, help_text="Name of its container on the engine.")
    state = models.CharField(
        max_length=16,
        choices=[(state.value, state.value.capitalize()) for state in State],
        default=State.REQUESTED.value,
    )
    failure = models.CharField(max_length=500, blank=True, help_text="For people: what happened and what to do next.")
    boot = models.PositiveIntegerField(default=0, help_text="Counts starts of the machine.")
    generation = models.PositiveIntegerField(default=0, help_text="Counts its disks: one more at each reset.")
    requested_at = models.DateTimeField(auto_now_add=True)
    state_at = models.DateTimeField(auto_now_add=True, help_text="When it entered its state.")
    admitted_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was let in; empty while it waits and while it sleeps."
    )
    used_at = models.DateTimeField(
        auto_now_add=True, help_text="Last input, output or check; while it waits, when its learner was last there."
    )

    class Meta:
        verbose_name_plural = "sandboxes"
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "course", "image"],
                condition=Q(owner__isnull=False) & ~Q(state__in=["gone"]),
                name="one_sandbox_per_learner_course_image",
            ),
            models.UniqueConstraint(fields=["machine"], condition=~Q(machine=""), name="one_sandbox_per_machine"),
        ]
        indexes = [models.Index(fields=["state", "image"], name="sandbox_state_image")]

    def __str__(self) -> str:
        return self.machine or str(self.id)

    @property
    def is_waiting(self) -> bool:
        """Tell whether it waits for its turn to start."""
        return self.admitted_at is None and self.state in WAITING

    @property
    def disk(self) -> str:
        """Name of its disk on the engine; empty before the first start."""
        return names.disk_of(self.machine, self.generation) if self.machine else ""


class PlannedClass(models.Model):
    """A class that is about to start: machines are warm when it does."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, help_text="The lesson that it begins with.")
    starts_at = models.DateTimeField()
    learners = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "planned classes"
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.lesson}, {self.starts_at:%Y-%m-%d %H:%M}"


class StrayDisk(models.Model):
    """A disk on an engine that no sandbox has. It is kept for a day, so that a restored backup finds its machines."""

    engine = models.ForeignKey(Engine, on_delete=models.CASCADE, related_name="stray_disks")
    name = models.CharField(max_length=100)
    used_bytes = models.PositiveBigIntegerField(default=0)
    seen_at = models.DateTimeField(auto_now_add=True, help_text="When it was first found without a sandbox.")

    class Meta:
        ordering = ["seen_at"]
        constraints = [models.UniqueConstraint(fields=["engine", "name"], name="one_row_per_stray_disk")]

    def __str__(self) -> str:
        return self.name
