"""The site as it runs: its settings are those that its processes were started with."""

import os

import django

from slipway.command import address
from slipway.command.address import Address
from slipway.command.errors import CommandError
from slipway.command.instance import Instance
from slipway.command.up import programs
from slipway.gate.folder import Folder


def enter(instance: Instance) -> tuple[Address, dict[str, str]]:
    """Have the settings of the site that runs here in this process; return its address and its environment."""
    if Folder.of(instance.home).membership.exists():
        raise CommandError("this host joined another Slipway.", "type the command at that site.")
    supervision = programs.supervision(instance)
    environment = supervision.environment("worker")
    where = address.load(instance.site)
    if where is None or not environment or supervision.states() is None:
        raise CommandError("Slipway does not run here.", "./slipway up, then the same command again.")
    os.environ.update(environment)
    django.setup()
    return where, environment
