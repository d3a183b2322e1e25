"""Prints what each engine carries, as JSON: a process of its own, as settings are read once."""

import dataclasses
import json

import django

from slipway.command.output import say


def main() -> None:
    """Ask the database."""
    django.setup()
    from slipway.sandboxes.load import loads  # noqa: PLC0415  (models need django.setup() first)

    say(json.dumps([dataclasses.asdict(each) for each in loads()]))


if __name__ == "__main__":
    main()
