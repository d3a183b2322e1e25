"""Becomes a program that supervisord keeps running: `launch.py DESCRIPTIONS NAME`. No import but the standard library.

Its argv and environment come from a JSON file, because supervisord's own file cannot spell every value.
"""

import json
import os
import sys
from pathlib import Path


def main(descriptions: str, name: str) -> None:
    """Replace this process by the program; raise when it is not described or cannot be started."""
    program = json.loads(Path(descriptions).read_text(encoding="utf-8"))[name]
    # Supervisord inherited the settings of the command that started it: only those of the last one count.
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("SLIPWAY_")}
    os.execvpe(program["argv"][0], program["argv"], {**inherited, **program["environment"]})  # noqa: S606  (no shell is wanted)


if __name__ == "__main__":
    main(*sys.argv[1:])
