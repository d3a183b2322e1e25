"""Runs a gate: `python -m slipway.gate site|host`, with SLIPWAY_HOME. Kept running by supervisord."""

import asyncio
import logging
import resource
import sys
from pathlib import Path

from slipway import env
from slipway.gate import plans
from slipway.gate.folder import Folder
from slipway.gate.server import Gate


def main(kind: str) -> None:
    """Run until somebody ends it."""
    logging.basicConfig(format="{asctime} {levelname} {name}: {message}", style="{", level=logging.INFO)
    # Each connection has two descriptors, and there are hundreds for each host.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    home = env.folder("SLIPWAY_HOME", Path(".slipway"))
    folder = Folder.of(home)
    plan = plans.of_site(home, folder) if kind == "site" else plans.of_host(home, folder)
    asyncio.run(Gate(folder, plan).run())


if __name__ == "__main__":
    main(*sys.argv[1:])
