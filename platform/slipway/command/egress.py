"""The process through which machines reach the names that policies allow: `python -m slipway.command.egress`."""

import asyncio
import contextlib
import importlib
import signal

import django


async def main() -> None:
    """Serve until SIGTERM."""
    serving = asyncio.ensure_future(importlib.import_module("slipway.sandboxes.egress").serve())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    django.setup()
    asyncio.run(main())
