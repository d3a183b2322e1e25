#!/usr/bin/env python3
"""Run Django's commands with platform/ as a source root."""

import os
import sys
from pathlib import Path

# Appended, never first: a folder named platform on the path must not come before the standard library's module.
sys.path.append(str(Path(__file__).resolve().parent / "platform"))


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  (Django must be configured first)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
