"""The process through which machines reach the names that policies allow: `python -m slipway.command.egress`."""

import asyncio
import contextlib
import importlib
import resource
import signal
from concurrent.futures import ThreadPoolExecutor

import django

# Lookups block a thread each, and one that was given up until the resolver gives up, too.
LOOKUPS = 64


async def main() -> None:
    """Serve until SIGTERM."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(LOOKUPS))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    serving = asyncio.ensure_future(importlib.import_module("slipway.sandboxes.egress").serve())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    django.setup()
    asyncio.run(main())
