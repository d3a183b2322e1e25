"""What docker-compose.yml runs once before web and worker: images into the engine, database, lessons, static files.

It is the one service that sees the host's Docker Engine, which builds the sandbox images.
"""

import sys
from pathlib import Path

from slipway.command import external
from slipway.command.instance import Instance
from slipway.command.output import say
from slipway.command.up.engine import publish
from slipway.engine import container, hosting, images
from slipway.engine.client import Client
from slipway.engine.disk_store import DiskStore


def main() -> int:
    """Do all of it; what is done already is found done."""
    instance = Instance.from_environment()
    instance.prepare()
    tags = images.build_all(say)
    labs = {name: tags[name] for name in images.lab_images()}
    supply(instance.engine_socket, labs)
    publish(instance, labs)
    return external.run(external.python("-m", "slipway.command.site", "prepare", str(instance.home)))


def supply(socket: Path, labs: dict[str, str]) -> None:
    """Copy the sandbox images into the engine behind the socket, and start what looks after its disks."""
    host, client = hosting.connect(), Client(socket)
    try:
        with client.explained("Cannot prepare the engine for sandboxes"):
            for tag in labs.values():
                container.load_image(host, client, tag, say)
            DiskStore(client).ensure_helper(next(iter(labs.values())))
    finally:
        client.close()
        host.close()


if __name__ == "__main__":
    sys.exit(main())
