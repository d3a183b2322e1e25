"""Engines, sandboxes and stray disks in Django's admin: rows are looked at, machines can be removed."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from slipway.lookonly import LookOnly
from slipway.sandboxes.actions import remove as remove_sandbox
from slipway.sandboxes.models import Engine, Keeping, PlannedClass, Sandbox, Snapshot, StrayDisk
from slipway.sandboxes.services import SandboxError


@admin.register(Engine)
class EngineAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Engines and when they last answered."""

    list_display = ["name", "state", "drains_at", "lost_at", "seen_at", "measured_at", "seconds_per_start"]
    search_fields = ["name"]


@admin.register(Sandbox)
class SandboxAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Machines of learners and of the pool."""

    actions = ["remove"]

    list_display = ["__str__", "owner", "course", "image", "state", "state_at", "used_at", "boot", "generation"]
    list_filter = ["state", "image", "course", "engine"]
    list_select_related = ["owner"]
    search_fields = ["machine", "owner__username", "owner__email", "failure"]
    date_hierarchy = "requested_at"

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return `remove` without Django's own deletion, which would leave the machine to be found as a stray."""
        return {name: each for name, each in super().get_actions(request).items() if name != "delete_selected"}

    @admin.action(permissions=["delete"], description="Remove the chosen machines with their disks, for good")
    def remove(self, request: HttpRequest, chosen: QuerySet[Sandbox]) -> None:
        """Remove machines: their learners keep their progress, and get new machines when they come back."""
        removed = 0
        for sandbox in chosen:
            try:
                remove_sandbox(sandbox=sandbox)
                removed += 1
            except SandboxError as error:
                self.message_user(request, f"{sandbox}: {error}", messages.ERROR)
        self.message_user(request, f"Machines on their way out: {removed}.")


@admin.register(Keeping)
class KeepingAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """What was announced to the learners of machines that sleep."""

    list_display = ["sandbox", "owner", "suspended_at", "pack_at", "remove_at", "mailed_at", "mail_failure"]
    list_select_related = ["sandbox__owner"]
    list_filter = ["sandbox__state"]
    search_fields = ["sandbox__machine", "sandbox__owner__username", "mail_failure"]

    @admin.display(ordering="sandbox__owner__username")
    def owner(self, kept: Keeping) -> str:
        """Return whose machine it is."""
        return str(kept.sandbox.owner or "")


@admin.register(Snapshot)
class SnapshotAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """States of machines to go back to."""

    list_display = ["__str__", "sandbox", "kind", "state", "used_bytes", "asked_at", "asked_by", "failure"]
    list_filter = ["state", "kind"]
    list_select_related = ["sandbox", "asked_by"]
    search_fields = ["name", "disk", "sandbox__owner__username"]
    date_hierarchy = "asked_at"


@admin.register(PlannedClass)
class PlannedClassAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Classes that are about to start; whoever plans one finds machines warm when it does."""

    list_display = ["lesson", "starts_at", "learners"]
    list_select_related = ["lesson__course"]


@admin.register(StrayDisk)
class StrayDiskAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Disks that no sandbox has, until they are deleted."""

    list_display = ["name", "engine", "used_bytes", "seen_at"]
    list_filter = ["engine"]
    search_fields = ["name"]
