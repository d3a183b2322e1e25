"""Engines that stop answering, and come back: told to the pages of those whose machines they have.

Every worker looks. An engine that does not answer proves nothing about its machines: they are shown as out of reach,
and only those that never ran, and so hold nothing of anybody's, are made elsewhere.
"""

from typing import Any

import structlog
from django.db.models import Q, QuerySet
from django.utils import timezone

from slipway.sandboxes import engines, placing, services
from slipway.sandboxes.models import Engine, Sandbox
from slipway.sandboxes.states import State

log = structlog.get_logger(__name__)


def note_lost() -> list[Sandbox]:
    """Note which engines do not answer any more; return the sandboxes that are to be made on another one."""
    silent = Engine.objects.filter(seen_at__lt=timezone.now() - engines.SILENT_AFTER, lost_at=None)
    elsewhere: list[Sandbox] = []
    for row in silent:
        if Engine.objects.filter(id=row.id, lost_at=None).update(lost_at=timezone.now()):
            log.warning("engine does not answer", engine=row.name, since=str(row.seen_at))
            elsewhere += [sandbox for sandbox in _never_ran(row) if _withdrawn(sandbox)]
            _tell(row)
    return elsewhere


def note_back(*, row: Engine) -> None:
    """Note that an engine answers, and tell the pages where it had not."""
    if Engine.objects.filter(id=row.id, lost_at__isnull=False).update(lost_at=None):
        log.info("engine answers again", engine=row.name)
        _tell(row)


def _tell(row: Engine) -> None:
    for sandbox in Sandbox.objects.filter(engine=row, owner__isnull=False).exclude(state=State.GONE):
        services.announce(sandbox=sandbox)


def _never_ran(row: Engine) -> QuerySet[Sandbox]:
    let_in = Q(state=State.REQUESTED, admitted_at__isnull=False) | Q(state=State.PREPARING, boot=0)
    return Sandbox.objects.filter(let_in, engine=row, owner__isnull=False)


def _withdrawn(sandbox: Sandbox) -> bool:
    """Put one back into the line. Where its machine was begun, reconcile finds that of nobody and removes it."""
    if sandbox.state == State.REQUESTED:
        placing.withdraw(sandbox=sandbox)
        return True
    changes: dict[str, Any] = {"admitted_at": None, "turn_at": None, "engine": None, "machine": ""}
    source = frozenset({State.PREPARING})
    return services.move(sandbox=sandbox, sources=source, to=State.REQUESTED, since=sandbox.state_at, **changes)
