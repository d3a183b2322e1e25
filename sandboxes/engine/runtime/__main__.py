"""The OCI runtime "sandbox": make a bundle with our annotations a machine, then become runc.

Others go to it unchanged.

Annotations: slipway.disk=NAME names the disk, slipway.from=NAME the disk that it is copied from if it does not exist.
slipway.bytes=N and slipway.inodes=N are the size of a disk made from the template, slipway.apparmor=NAME a profile.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator

from bundle import DISK
from disks import ensure_template
from groups import delegate
from machine import build
from rest import pause
from runc import RUNC
from thaw import kill


def option(words: list[str], name: str) -> str:
    """Return the word after an option."""
    return words[words.index(name) + 1]


@contextlib.contextmanager
def explained(words: list[str]) -> Iterator[None]:
    """Write what fails where containerd looks for it.

    The last line of the log reaches whoever asked for it.
    """
    try:
        yield
    except Exception as error:
        with open(option(words, "--log"), "a") as log:
            print(json.dumps({"level": "error", "msg": f"sandbox: {error}"}), file=log)
        raise


def create(words: list[str]) -> None:
    """Make the bundle a machine, if it asks for it, and go on as runc."""
    path = f"{option(words, '--bundle')}/config.json"
    with open(path) as file:
        config = json.load(file)
    if DISK in config.get("annotations", {}):
        with explained(words):
            build(config)
        with open(path, "w") as file:
            json.dump(config, file)
    os.execvp(RUNC, [RUNC, *words])


def main(words: list[str]) -> None:
    """Do what the first or any word says: the engine's template, the hook, pause, kill or create."""
    if words[0] == "template":
        ensure_template(int(words[1]))
    elif words[0] == "delegate":
        delegate(sys.stdin, int(words[1]))
    elif "pause" in words:
        pause(words)
    elif "kill" in words:
        with explained(words):
            kill(words)
    else:
        create(words)


main(sys.argv[1:])
