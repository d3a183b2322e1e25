"""The web process with the small course, on a Redis and a database of its own; no engine, no worker."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

from slipway.command.up.packages import redis_program

PROJECT = Path(__file__).resolve().parents[3]
SEED = Path(__file__).with_name("seed.py")


class PageServer:
    """Starts Redis and the web process in a folder, and changes what they show."""

    def __init__(self, home: Path, port: int) -> None:
        self.address = f"http://localhost:{port}"
        self._home = home
        self._port = port
        self._environment = {
            **os.environ,
            "SLIPWAY_HOME": str(home),
            "SLIPWAY_LESSONS": str(PROJECT / "tests" / "lessons"),
            "SLIPWAY_URL": self.address,
            "PYTHONPATH": f"{PROJECT / 'platform'}{os.pathsep}{PROJECT}",
            "DJANGO_SETTINGS_MODULE": "slipway.settings",
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Make the database and the static files, and return when the first page answers."""
        (self._home / "run").mkdir(parents=True)
        redis = [redis_program(self._home / "run" / "bin"), "--port", "0", "--save", "", "--dir", str(self._home)]
        self._launch([*redis, "--unixsocket", str(self._home / "run" / "redis.sock")])
        for command in (["migrate"], ["index_lessons"], ["collectstatic", "--noinput"]):
            subprocess.run(
                [sys.executable, str(PROJECT / "manage.py"), *command, "--verbosity", "0"],
                env=self._environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        uvicorn = [sys.executable, "-m", "uvicorn", "slipway.asgi:application", "--port", str(self._port)]
        self._launch([*uvicorn, "--ws", "websockets-sansio", "--log-level", "warning"])
        self._wait()

    def start_engine(self, home: Path) -> None:
        """Run commands for machines here, with this folder as /root."""
        socket = self._home / "run" / "engine" / "engine.sock"
        socket.parent.mkdir(parents=True, exist_ok=True)
        self._launch([sys.executable, str(SEED.with_name("exec_engine.py")), str(socket), str(home)])
        for _ in range(100):
            if socket.exists():
                return
            time.sleep(0.1)
        raise AssertionError("the engine for commands does not start")

    def stop(self) -> None:
        """End what was started."""
        for process in reversed(self._processes):
            process.terminate()
            process.wait(timeout=20)

    def tell(self, action: str, **values: object) -> None:
        """Do one of the actions of seed.py in a process of its own, as a worker would."""
        subprocess.run(
            [sys.executable, str(SEED), action, json.dumps(values)], env=self._environment, check=True, cwd=PROJECT
        )

    def _launch(self, argv: list[str]) -> None:
        self._processes.append(subprocess.Popen(argv, env=self._environment, stdout=subprocess.DEVNULL))

    def _wait(self) -> None:
        for _ in range(200):
            try:
                urllib.request.urlopen(self.address, timeout=5)  # noqa: S310  (the address is our own)
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"nothing answers at {self.address}")
