"""Sandboxes as the database knows them. The engine knows machines and disks; `reconcile` brings both together."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from slipway.courses.models import Exercise, Lesson
from slipway.gate.places import engine_socket
from slipway.sandboxes import names
from slipway.sandboxes.policy import Kind, Role
from slipway.sandboxes.states import WAITING, State


class Engine(models.Model):
    """A Docker Engine that runs sandboxes, and the worker beside it."""

    class State(models.TextChoices):
        """What it is there for: one that joins or drains takes nobody."""

        JOINING = "joining", "Joining"
        OPEN = "open", "Open"
        DRAINING = "draining", "Draining"

    name = models.SlugField(max_length=64, unique=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    drains_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on its machines are put to sleep and moved to other engines."
    )
    lost_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it is known not to answer; empty while it does."
    )
    images = models.JSONField(
        default=dict, blank=True, help_text="Tags of the images that the site gave it; empty for the site's own."
    )
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When it last answered.")
    capacity = models.JSONField(null=True, blank=True, help_text="What its host had left when it was measured last.")
    measured_at = models.DateTimeField(null=True, blank=True)
    use = models.JSONField(default=dict, blank=True, help_text="What machines use of their limits, by image.")
    seconds_per_start = models.FloatField(default=1.0, help_text="From one start's end to the next, when many wait.")

    def __str__(self) -> str:
        return self.name

    @property
    def socket(self) -> str:
        """Path of its socket on this host: its own, or the one that leads there through the gate."""
        if self.name == settings.ENGINE_NAME:
            return str(settings.ENGINE_SOCKET)
        return str(engine_socket(Path(settings.HOME), self.name))


class Sandbox(models.Model):
    """One learner's machine; without an owner it is a warm one of the pool."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="sandboxes"
    )
    course = models.SlugField(max_length=64, blank=True, help_text="Empty while it is in the pool.")
    image = models.SlugField(max_length=64, help_text="Name of the sandbox image, such as lab-docker.")
    role = models.CharField(
        max_length=16,
        choices=[(role.value, role.value.capitalize()) for role in Role],
        default=Role.LEARNER.value,
        help_text="Whose it is: with the image, what its policy follows from.",
    )
    policy = models.JSONField(default=dict, blank=True, help_text="The policy that it was started with.")
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
    start_from = models.CharField(
        max_length=100, blank=True, help_text="Snapshot's disk that it is going back to; empty once it is there."
    )
    requested_at = models.DateTimeField(auto_now_add=True)
    state_at = models.DateTimeField(auto_now_add=True, help_text="When it entered its state.")
    admitted_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was let in; empty while it waits and while it sleeps."
    )
    turn_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was let in last, also while it waits or sleeps again."
    )
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When another machine, which had room, was put to sleep for it last."
    )
    awaited_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody who is not its learner waited for it last."
    )
    used_at = models.DateTimeField(
        auto_now_add=True, help_text="Last input, output or check; while it waits, when its learner was last there."
    )
    idle_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Unused for so long it is suspended; empty: as the installation says."
    )
    cap_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="Awake for so long it is suspended; empty: as the installation says."
    )
    restarts = models.BooleanField(default=False, help_text="Containers that run in it are started again with it.")
    running = models.JSONField(default=list, blank=True, help_text="Ids of the containers that ran when it slept.")
    is_packed = models.BooleanField(default=False, help_text="Its disk may be an archive: unpack it before a start.")

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
        indexes = [
            models.Index(fields=["state", "image"], name="sandbox_state_image"),
            models.Index(fields=["turn_at"], name="sandbox_turn_at"),
            models.Index(fields=["requested_at"], name="sandbox_requested_at"),
        ]

    def __str__(self) -> str:
        return self.machine or str(self.id)

    @property
    def is_waiting(self) -> bool:
        """Tell whether it waits for its turn to start."""
        return self.admitted_at is None and self.state in WAITING

    @property
    def kind(self) -> Kind:
        """What its policy follows from."""
        return Kind(self.image, Role(self.role))

    @property
    def disk(self) -> str:
        """Name of its disk on the engine; empty before the first start."""
        return names.disk_of(self.machine, self.generation) if self.machine else ""

    @property
    def idle(self) -> timedelta:
        """How long it may be unused."""
        return timedelta(minutes=self.idle_minutes or settings.SANDBOX_IDLE_MINUTES)

    @property
    def latest_end(self) -> datetime:
        """When a ready machine is suspended whatever happens in it."""
        return self.state_at + timedelta(minutes=self.cap_minutes or settings.SANDBOX_CAP_MINUTES)

    @property
    def ends_at(self) -> datetime:
        """When a ready machine is suspended if nobody uses it any more."""
        return min(self.used_at + self.idle, self.latest_end)


class Keeping(models.Model):
    """How long a machine that sleeps is kept, as it was announced to its learner: nothing happens to it earlier.

    The row stays when the machine was removed, as what was announced; it goes when the learner comes back.
    """

    sandbox = models.OneToOneField(Sandbox, on_delete=models.CASCADE, related_name="keeping")
    suspended_at = models.DateTimeField()
    pack_at = models.DateTimeField(help_text="From then on its disk is compressed.")
    remove_at = models.DateTimeField(help_text="Until then it is kept; a mail that comes late makes it later.")
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="When its learner was told of the removal.")
    mail_failure = models.CharField(max_length=300, blank=True, help_text="Why the last try to send that mail failed.")
    mail_tried_at = models.DateTimeField(null=True, blank=True, help_text="When that was tried last and failed.")

    class Meta:
        verbose_name_plural = "machines that sleep"
        ordering = ["remove_at"]

    def __str__(self) -> str:
        return f"{self.sandbox} until {self.remove_at:%Y-%m-%d}"


class Scrollback(models.Model):
    """What a terminal had printed last when its machine was suspended."""

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="scrollbacks")
    terminal = models.CharField(max_length=1)
    output = models.BinaryField(help_text="As the programs printed it: for the page's terminal to interpret.")
    suspended_at = models.DateTimeField()
    boot = models.CharField(max_length=16, blank=True, help_text="The shell that it is shown above; empty before one.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sandbox", "terminal"], name="one_scrollback_per_terminal")]

    def __str__(self) -> str:
        return f"{self.sandbox} {self.terminal}"


class Snapshot(models.Model):
    """A state of a machine to go back to: a copy of its disk, or the very disk that it left behind."""

    class Kind(models.TextChoices):
        """What it was taken for."""

        START = "start", "Start of an exercise"
        NAMED = "named", "Named"
        LEFT = "left", "Left behind"

    class State(models.TextChoices):
        """Where it is in its life; one that could not be made is gone, with the reason."""

        MAKING = "making", "Making"
        READY = "ready", "Ready"
        GONE = "gone", "Gone"

    LIVE = (State.MAKING, State.READY)
    NAME_CHARACTERS = 60
    # Of one machine, at most; how many exercises' starts are kept is a setting.
    NAMED_KEPT, LEFT_KEPT = 4, 4

    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="snapshots")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    exercise = models.ForeignKey(
        Exercise, on_delete=models.SET_NULL, null=True, blank=True, help_text="Which one the learner was at."
    )
    name = models.CharField(max_length=NAME_CHARACTERS, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    disk = models.CharField(max_length=100, help_text="Name on the engine; unchanged, several have one together.")
    tag = models.CharField(max_length=128, help_text="The image's tag that the disk was made from.")
    generation = models.PositiveIntegerField(help_text="Of the machine, when it was asked for.")
    used_bytes = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.MAKING)
    failure = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state", "kind"], name="snapshot_state_kind")]

    def __str__(self) -> str:
        return self.name or f"{self.get_kind_display()}, {self.disk}"


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
