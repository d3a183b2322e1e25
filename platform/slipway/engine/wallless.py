"""Containers of the host's engine, to look from: the engine's own, and one without any wall."""

import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import docker

from slipway.engine import hosting
from slipway.engine.port import ExecResult

SLEEP = ["/opt/slipway/tini", "--", "/opt/slipway/busybox", "sleep", "infinity"]
SOCKET = "/run/docker.sock"


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
    def without_walls(self, image: str, *, binds: Mapping[Path, str], capabilities: Sequence[str]) -> Iterator[str]:
        """Run a container that has all that a machine must not have, and give its name; remove it at the end.

        What is tried in it meets the kernel alone. `binds` are this host's paths, and where each is seen.
        """
        name = f"slipway-without-walls-{secrets.token_hex(4)}"
        config = hosting.unconfined(
            self._api,
            binds=["/sys/fs/cgroup:/sys/fs/cgroup:rw", *(f"{path}:{there}" for path, there in binds.items())],
            network_mode="host",
            pid_mode="host",
            ipc_mode="host",
            cgroupns="host",
            cap_add=list(capabilities),
            device_cgroup_rules=["a *:* rwm"],
            log_config={"Type": "none", "Config": {}},
        )
        with hosting.explained("Cannot start a container without walls"):
            self._api.create_container(image, name=name, entrypoint=SLEEP, command=[], host_config=config)
            try:
                self._api.start(name)
                yield name
            finally:
                self._api.remove_container(name, force=True, v=True)


@contextlib.contextmanager
def host_engine() -> Iterator[HostEngine]:
    """Give the host's engine. Raise `EngineUnreachableError` when it does not answer."""
    api = hosting.connect()
    try:
        yield HostEngine(api)
    finally:
        api.close()
