"""Engines, sandboxes and stray disks in Django's admin. Rows are looked at here; machines are moved by the pages."""

from django.contrib import admin
from django.http import HttpRequest

from slipway.sandboxes.models import Engine, Sandbox, StrayDisk


class _LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """No adding and no changing: what the engine runs is not changed by editing a row."""

    def has_add_permission(self, _request: HttpRequest, _parent: object = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, _request: HttpRequest, _row: object = None) -> bool:
        """Refuse."""
        return False


@admin.register(Engine)
class EngineAdmin(_LookOnly):
    """Engines and when they last answered."""

    list_display = ["name", "socket", "seen_at"]
    search_fields = ["name"]


@admin.register(Sandbox)
class SandboxAdmin(_LookOnly):
    """Machines of learners and of the pool."""

    list_display = ["__str__", "owner", "course", "image", "state", "state_at", "used_at", "boot", "generation"]
    list_filter = ["state", "image", "course", "engine"]
    list_select_related = ["owner"]
    search_fields = ["machine", "owner__username", "owner__email", "failure"]
    date_hierarchy = "requested_at"


@admin.register(StrayDisk)
class StrayDiskAdmin(_LookOnly):
    """Disks that no sandbox has, until they are deleted."""

    list_display = ["name", "engine", "used_bytes", "seen_at"]
    list_filter = ["engine"]
    search_fields = ["name"]
