"""`./slipway vendor [--check]`: fetches the pinned files of static/vendor/."""

import argparse

from slipway.command import external
from slipway.command.instance import PROJECT


def main(arguments: argparse.Namespace) -> int:
    """Hand over to the script beside the manifest."""
    return external.run(external.python(str(PROJECT / "static" / "vendor" / "vendor.py"), *arguments.words))
