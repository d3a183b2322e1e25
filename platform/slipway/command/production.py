"""What docker-compose.yml runs once before web and worker: images into the engine, database, lessons, static files.

It is the one service that sees the host's Docker Engine, which builds the sandbox images.
"""

import sys

from slipway.command import external
from slipway.command.instance import Instance
from slipway.command.output import say
from slipway.command.up.engine import publish
from slipway.engine import container, images


def main() -> int:
    """Do all of it; what is done already is found done."""
    instance = Instance.from_environment()
    instance.prepare()
    tags = images.build_all(say)
    labs = {name: tags[name] for name in images.lab_images()}
    container.supply(instance.engine_socket, labs.values(), say)
    publish(instance, labs)
    return external.run(external.python("-m", "slipway.command.site", "prepare", str(instance.home)))


if __name__ == "__main__":
    sys.exit(main())
