"""`./slipway engine`: one action each, at the site."""

import argparse
import importlib

from slipway.command.hosts import running
from slipway.command.instance import Instance
from slipway.command.lock import only_one


def main(arguments: argparse.Namespace) -> int:
    """Do what was asked for, with the settings of the site that runs."""
    instance = Instance.from_environment()
    where, environment = running.enter(instance)
    # Models need the settings first.
    if arguments.action == "list":
        return int(importlib.import_module("slipway.command.hosts.listing").main(instance))
    if arguments.action == "add":
        adding = importlib.import_module("slipway.command.hosts.adding")
        return int(adding.main(instance, where, environment, arguments))
    if arguments.action == "rotate":
        with only_one(instance.run / "rotate.lock"):
            return int(importlib.import_module("slipway.command.hosts.rotating").main(instance))
    return int(importlib.import_module("slipway.command.hosts.leaving").main(arguments, instance))
