"""Put machines to sleep that nobody uses."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from slipway.sandboxes import services
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.states import State


def suspend_idle(*, row: Engine) -> list[Sandbox]:
    """Move this engine's machines that were not used for a while towards sleep; return them."""
    limit = timezone.now() - timedelta(minutes=settings.SANDBOX_IDLE_MINUTES)
    ready = Sandbox.objects.filter(engine=row, owner__isnull=False, state=State.READY, used_at__lt=limit)
    sources = frozenset({State.READY})
    return [
        sandbox
        for sandbox in ready.select_related("engine")
        if services.move(sandbox=sandbox, sources=sources, to=State.SUSPENDING, unused_since=limit)
    ]
