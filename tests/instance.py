"""A whole Slipway in a folder of its own, started and stopped by its own command: real processes, a real engine."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from slipway.command import address
from slipway.command import instance as command_instance
from slipway.command.up.engine import container_of
from slipway.engine import container

PROJECT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, condition: Callable[[], bool], *, seconds: float = 30.0, every: float = 0.05) -> float:
    """Wait until the condition holds and return how long it took; fail with `what` after `seconds`."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(every)
    return time.monotonic() - begin


class Instance:
    """One installation: `up` starts it, `down` stops it and keeps its data."""

    def __init__(self, home: Path, *, environment: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "SLIPWAY_HOME": str(home),
            "SLIPWAY_VENV": sys.prefix,
            **(environment or {}),
        }

    @property
    def preview_url(self) -> str:
        """The address below which its previews have their names."""
        where = address.load(command_instance.Instance(self.home).site)
        assert where is not None, "it was never up"
        return where.preview_url

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `./slipway` with these words and return what it printed."""
        done = subprocess.run(
            [str(PROJECT / "slipway"), *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(
                f"./slipway {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done

    def up(self) -> None:
        """Start everything and return when the page answers."""
        self.command("up", "--port", str(self.port))

    def down(self) -> None:
        """Stop everything."""
        self.command("down")

    def remove(self) -> None:
        """Delete what the engine kept, all machines and their disks, and stop everything.

        In this order: the last installation to stop stops the host's Docker Engine too, where Slipway had started it.
        """
        container.erase(self.engine_container)
        self.down()

    @property
    def engine_container(self) -> container.EngineContainer:
        """The container of its engine."""
        return container_of(command_instance.Instance(self.home))

    def status(self) -> dict[str, Any]:
        """Return what runs and what is wrong."""
        status: dict[str, Any] = json.loads(self.command("status", "--json", check=False).stdout)
        return status

    def pid(self, process: str) -> int | None:
        """Return the process id of web, worker, scheduler or redis; None while it does not run."""
        return next((row["pid"] for row in self.status()["processes"] if row["name"] == process), None)

    def kill(self, process: str) -> int:
        """Kill one process by SIGKILL and return the id that it had."""
        pid = self.pid(process)
        assert pid is not None, f"{process} does not run"
        os.kill(pid, signal.SIGKILL)
        return pid
