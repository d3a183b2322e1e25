"""The host's engine, to look from: what it is called, where its containers reach it, and commands in them."""

import contextlib
from collections.abc import Iterator, Sequence

import docker

from slipway.engine import hosting
from slipway.engine.port import ExecResult


class HostEngine:
    """The host's engine, for a look at what lies outside of machines."""

    def __init__(self, api: docker.APIClient) -> None:
        self._api = api

    @property
    def identity(self) -> str:
        """The engine's own word for itself."""
        return str(self._api.info()["ID"])

    @property
    def bridge(self) -> str:
        """The address at which its containers reach this host; that of the loopback if they have none."""
        networks = self._api.networks(names=["bridge"])
        pools = networks[0]["IPAM"]["Config"] if networks else []
        return str(pools[0].get("Gateway", "127.0.0.1")) if pools else "127.0.0.1"

    def execute(self, container: str, argv: Sequence[str]) -> ExecResult:
        """Run a command in a container, as its root, to its end."""
        with hosting.explained(f"Cannot run {argv[0]} in {container}"):
            execution = self._api.exec_create(container, list(argv))["Id"]
            stdout, stderr = self._api.exec_start(execution, demux=True)
            status = int(self._api.exec_inspect(execution)["ExitCode"])
        return ExecResult(status, stdout or b"", stderr or b"")


@contextlib.contextmanager
def host_engine() -> Iterator[HostEngine]:
    """Give the host's engine. Raise `EngineUnreachableError` when it does not answer."""
    api = hosting.connect()
    try:
        yield HostEngine(api)
    finally:
        api.close()
