"""`./slipway engine list`: what each engine does, and until when its certificates are good."""

from django.utils import timezone
from rich.table import Table

from slipway.command.instance import Instance
from slipway.command.output import out
from slipway.engine.port import MEBIBYTE
from slipway.gate import identity
from slipway.gate.folder import Folder
from slipway.sandboxes import draining, measuring
from slipway.sandboxes.models import Engine

COLUMNS = ("engine", "state", "machines", "memory left", "disk left", "answered", "address", "certificates until")


def main(instance: Instance) -> int:
    """Print a line for each engine."""
    folder = Folder.of(instance.home)
    table = Table(*COLUMNS, box=None, pad_edge=False)
    for row in Engine.objects.order_by("name"):
        peer = folder.peer(row.name)
        until = ""
        if peer is not None:
            until = f"{min(map(identity.ends_at, (*peer.certificates, folder.certificate))):%Y-%m-%d}"
        address = str(peer.address) if peer else "this host"
        table.add_row(
            row.name, state_of(row), str(draining.left_on(row).count()), *_room(row), _answered(row), address, until
        )
    out.print(table)
    return 0


def state_of(row: Engine) -> str:
    """Return an engine's state as people say it."""
    if row.lost_at is not None:
        return "unreachable"
    if row.state == Engine.State.DRAINING and row.drains_at is not None:
        return (
            f"draining from {timezone.localtime(row.drains_at):%H:%M}" if row.drains_at > timezone.now() else "draining"
        )
    return str(row.state)


def _room(row: Engine) -> tuple[str, str]:
    if row.capacity is None:
        return "", ""
    room = measuring.capacity_of(row).free - measuring.reserve()
    return f"{max(0, room.memory_bytes) // MEBIBYTE} MiB", f"{max(0, room.disk_bytes) // MEBIBYTE} MiB"


def _answered(row: Engine) -> str:
    return f"{(timezone.now() - row.seen_at).total_seconds():.0f} s ago" if row.seen_at else "never"
