"""`./slipway engine drain` and `remove`: empty an engine, and forget one."""

import argparse
from datetime import timedelta

from django.utils import timezone

from slipway.command.errors import CommandError
from slipway.command.instance import Instance
from slipway.command.output import say
from slipway.gate.folder import Folder
from slipway.sandboxes import draining, engines
from slipway.sandboxes.models import Engine

MOST_MINUTES = 7 * 24 * 60


def main(arguments: argparse.Namespace, instance: Instance) -> int:
    """Do one of the two."""
    row = Engine.objects.filter(name=arguments.name).first()
    if row is None:
        known = ", ".join(Engine.objects.order_by("name").values_list("name", flat=True))
        raise CommandError(f"there is no engine {arguments.name}.", f"name one of these: {known}.")
    if arguments.action == "drain":
        _drain(row, arguments)
    else:
        _remove(row, instance, is_lost=arguments.lost)
    return 0


def _drain(row: Engine, arguments: argparse.Namespace) -> None:
    if arguments.stop:
        if row.state == Engine.State.DRAINING:
            draining.end(row=row)
        say(f"The engine {row.name} takes machines.")
        return
    if row.state == Engine.State.JOINING:
        raise CommandError(f"the engine {row.name} has not joined yet.", f"./slipway engine remove {row.name}")
    if not 0 <= arguments.after <= MOST_MINUTES:
        raise CommandError("--after takes minutes, from 0 to those of a week.")
    if not engines.taking().exclude(id=row.id).exists():
        raise CommandError(
            "no other engine takes machines now, so they could be moved nowhere.", "./slipway engine add, or list."
        )
    at = timezone.now() + timedelta(minutes=arguments.after)
    draining.begin(row=row, at=at)
    say(f"The engine {row.name} starts no more machines. From {timezone.localtime(at):%H:%M} its"
        f" {draining.left_on(row).count()} machines are moved one by one; their learners are told now. Machines that no"
        " other engine has room for stay awake. ./slipway engine list tells how many are left.")  # fmt: skip


def _remove(row: Engine, instance: Instance, *, is_lost: bool) -> None:
    left = draining.left_on(row).count()
    folder = Folder.of(instance.home)
    if folder.peer(row.name) is None and row.state != Engine.State.JOINING:
        raise CommandError(f"the engine {row.name} is this site's own.", "it ends with the site: ./slipway down")
    if left and not is_lost:
        raise CommandError(
            f"the engine {row.name} has {left} machines.",
            f"./slipway engine drain {row.name}, or, where its host is lost for good, add --lost: then they are gone.",
        )
    if is_lost and row.lost_at is None and left:
        raise CommandError(f"the engine {row.name} answers: it is not lost.", f"./slipway engine drain {row.name}")
    folder.forget(row.name)
    given_up = draining.give_up(row=row)
    draining.forget_gone(row=row)
    row.delete()
    say(f"The engine {row.name} is forgotten, and its host cut off."
        + (f" {given_up} machines are gone with it; their learners are told." if given_up else "")
        + " On that host, ./slipway down stops what runs.")  # fmt: skip
