"""Find the victim's process from the engine's container.

Prints a JSON object: its number there, the folder of its machine's control groups, its first id.
"""

import json
import sys
from pathlib import Path

NAME = b"escape-bait"


def main(token: bytes) -> None:
    """Look through all processes for the one that was given this token and name."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if words[-3:-1] != [token, NAME]:
                continue
            groups = (folder / "cgroup").read_text().splitlines()
            first = int((folder / "uid_map").read_text().split()[1])
        except OSError:
            continue
        paths = [line.split(":", 2)[2] for line in groups]
        path = max(paths, key=len)
        json.dump({"pid": int(folder.name), "group": "/".join(path.split("/")[:3]), "first": first}, sys.stdout)
        return


if __name__ == "__main__":
    main(sys.argv[1].encode())
