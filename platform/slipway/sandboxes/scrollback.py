"""What the terminals of a machine showed when it was suspended: kept with its row, and shown above its next shells."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from slipway.engine import port
from slipway.engine.programs import command
from slipway.sandboxes.models import Sandbox, Scrollback

log = structlog.get_logger(__name__)

SECONDS = 10.0
# What fits into one frame of a terminal; of as many terminals as a machine has at most, in base64.
MAX_BYTES = 60 * 1024
_TERMINALS = frozenset("123456789")
_ANSWER_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Past:
    """What a terminal had printed, and when its machine was suspended."""

    output: bytes
    suspended_at: datetime


def keep(*, engine: port.Engine, sandbox: Sandbox) -> None:
    """Note what the terminals show, in place of what was shown since the last time.

    What is noted of others stays until a shell shows it: a machine that was woken for a check had no shell. Raise
    `EngineUnreachableError`. Where the machine has gone already, what was noted stays.
    """
    try:
        result = engine.run(sandbox.machine, command("scrollback"), timeout_seconds=SECONDS, max_bytes=_ANSWER_BYTES)
        found = _parse(result.stdout)
    except (port.EngineUnreachableError, port.MachineMissingError):
        raise
    except (port.EngineError, ValueError, RecursionError) as error:
        log.info("terminals not read", sandbox=str(sandbox), error=str(error))
        found = {}
    now = timezone.now()
    rows = [Scrollback(sandbox=sandbox, terminal=name, output=data, suspended_at=now) for name, data in found.items()]
    with transaction.atomic():
        Scrollback.objects.filter(~Q(boot="") | Q(terminal__in=found), sandbox=sandbox).delete()
        Scrollback.objects.bulk_create(rows)


def _parse(answer: bytes) -> dict[str, bytes]:
    """Return the outputs by terminal. They come from the learner's machine, which may say anything.

    Raise `ValueError` for what is not that.
    """
    told = json.loads(answer or b"{}")
    pairs = told.items() if isinstance(told, dict) else ()
    known = {name: data for name, data in pairs if name in _TERMINALS and isinstance(data, str)}
    try:
        outputs = {name: base64.b64decode(known[name], validate=True) for name in sorted(known)}
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    return {name: data[-MAX_BYTES:] for name, data in outputs.items() if data}


def forget(*, sandbox: Sandbox) -> None:
    """Drop what was noted: the machine is another one now."""
    Scrollback.objects.filter(sandbox=sandbox).delete()


def past_of(*, sandbox_id: UUID, terminal: str, boot: str) -> Past | None:
    """Return what is to be shown above a shell: the first one of its terminal since the machine came back."""
    rows = Scrollback.objects.filter(sandbox_id=sandbox_id, terminal=terminal)
    rows.filter(boot="").update(boot=boot)
    found = rows.filter(boot=boot).first()
    return Past(bytes(found.output), found.suspended_at) if found else None
