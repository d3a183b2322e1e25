"""A client of the engine for sandboxes: the SDK, with its errors turned into ours."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import docker
import docker.errors
import requests.exceptions

from slipway.engine import wire
from slipway.engine.port import EngineError, EngineUnreachableError, ExecResult, RunTimeoutError

# What the engine's image has; asking for it by number saves a call on each connection.
API_VERSION = "1.45"
TIMEOUT_SECONDS = 120
# Not found, and conflict: ended or paused.
NOT_RUNNING = (404, 409)


class NotRunningError(Exception):
    """A container takes no command: it is absent, has ended, or is paused."""


class Client:
    """One engine's socket. Threads have an SDK client each; open it after forking, not before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def api(self) -> docker.APIClient:
        """Return the SDK client of the calling thread."""
        if not hasattr(self._local, "api"):
            self._local.api = docker.APIClient(f"unix://{self.path}", version=API_VERSION, timeout=TIMEOUT_SECONDS)
        api: docker.APIClient = self._local.api
        return api

    def close(self) -> None:
        """Close this thread's connections; the next call opens them again."""
        if hasattr(self._local, "api"):
            self._local.api.close()
            del self._local.api

    @contextlib.contextmanager
    def explained(self, what: str) -> Iterator[None]:
        """Turn errors of the SDK, of HTTP and of the socket into ours, with what was being done."""
        try:
            self._probe()
            yield
        except docker.errors.APIError as error:
            raise EngineError(f"{what}: {error.explanation or error}") from error
        except (OSError, requests.exceptions.RequestException, docker.errors.DockerException) as error:
            # requests' errors are OSErrors, too.
            raise EngineUnreachableError(
                f"{what}: the engine does not answer on {self.path}. What it runs is unknown meanwhile."
                " Start it with ./slipway up."
            ) from error
        except wire.StreamError as error:
            raise EngineError(f"{what}: {error}") from error

    def _probe(self) -> None:
        """Connect once: where nobody listens, the SDK would leave its own socket open."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect(str(self.path))

    def execute(
        self, container: str, argv: Sequence[str], *, deadline: float, max_bytes: int, environment: Sequence[str] = ()
    ) -> ExecResult:
        """Run a command in a container to its end. The SDK's errors come as they are.

        `RunTimeoutError` when the deadline passed.
        """
        try:
            execution = self.api.exec_create(container, list(argv), environment=list(environment))["Id"]
            output = wire.collect(
                str(self.path), execution, version=API_VERSION, deadline=deadline, max_bytes=max_bytes
            )
            status = self._exit_status(execution, deadline)
        except TimeoutError as error:
            raise RunTimeoutError(f"{argv[0]} did not end in time.") from error
        except docker.errors.APIError as error:
            if error.status_code in NOT_RUNNING:
                raise NotRunningError(str(error.explanation)) from error
            raise
        except wire.StreamError as error:
            if error.status in NOT_RUNNING:
                raise NotRunningError(str(error)) from error
            raise
        return ExecResult(status, bytes(output.streams[1]), bytes(output.streams[2]), output.truncated)

    def _exit_status(self, execution: str, deadline: float) -> int:
        """Return a command's exit status; its output may end a moment before it does."""
        while True:
            state = self.api.exec_inspect(execution)
            if not state["Running"] and state["ExitCode"] is not None:
                return int(state["ExitCode"])
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.005)
