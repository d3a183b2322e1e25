"""The disks' files, seen through a container without rights: the engine's client has no door to files but that."""

import json
import time
from collections.abc import Mapping
from typing import Any

import docker.errors
import docker.types

from slipway.engine.client import Client, NotRunningError
from slipway.engine.port import (
    Amount,
    Capacity,
    Disk,
    DiskMissingError,
    EngineBusyError,
    EngineError,
    NoRoomError,
    RunTimeoutError,
)
from slipway.engine.programs import command

HELPER = "slipway-disks"
FOLDER = "/var/lib/slipway/disks"
# On the engine, of its image: the helper runs on another one.
ZSTD = "/usr/local/lib/slipway/zstd"
# The groups of all machines are there to be measured.
BINDS = [f"{FOLDER}:/disks", f"{ZSTD}:/zstd:ro", "/sys/fs/cgroup:/cgroup:ro"]
TIMEOUT_SECONDS = 60
# A machine stands still while its disk is copied: rather no copy than a learner who waits for longer.
PAUSE_SECONDS = 15
# A worker's task ends after 90 s.
PACK_SECONDS = 80
MAX_ANSWER_BYTES = 16 * 1024 * 1024


class DiskStore:
    """List, copy, pack, unpack and delete disks, and measure what they and their machines lie on."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ensure_helper(self, image: str) -> None:
        """Run the helper container on an image that has the toolset; the engine restarts it by itself."""
        api = self._client.api
        try:
            state = api.inspect_container(HELPER)
            is_right = state["Config"]["Image"] == image and state["HostConfig"]["Binds"] == BINDS
            if is_right and state["State"]["Running"]:
                return
            api.remove_container(HELPER, force=True)
        except docker.errors.NotFound:
            pass
        host_config = api.create_host_config(
            binds=BINDS, network_mode="none", read_only=True, cap_drop=["ALL"], cgroupns="host",
            security_opt=["no-new-privileges"], restart_policy={"Name": "always"}, mem_limit="256m",
            log_config=docker.types.LogConfig(type="none"), pids_limit=64,
        )  # fmt: skip
        entry = ["/opt/slipway/tini", "--", "/opt/slipway/busybox", "sleep", "infinity"]
        api.create_container(image, name=HELPER, entrypoint=entry, command=[], host_config=host_config)
        api.start(HELPER)

    def disks(self) -> list[Disk]:
        """List all disks but the template, sorted by name."""
        answer = self._ask("list")
        disks = [Disk(name, used, at) for name, (used, at) in answer["disks"].items()]
        packed = [Disk(name, used, at, True, whole) for name, (used, at, whole) in answer["packed"].items()]
        return sorted(disks + packed, key=lambda disk: disk.name)

    def capacity(self, machines: Mapping[str, tuple[str, str]]) -> Capacity:
        """Measure the host; `machines` are names and disks of the running ones by their containers' ids."""
        answer = self._run("capacity", json.dumps({container: disk for container, (_, disk) in machines.items()}))
        used = {name: Amount(**answer["used"][container]) for container, (name, _) in machines.items()}
        return Capacity(answer["cpus"], Amount(**answer["free"]), used, answer["disk_limit_bytes"])

    def copy(self, source: str, target: str, *, is_attached: bool, floor_bytes: int) -> None:
        """Copy a disk; one that a machine runs on only if the caller has paused that."""
        if is_attached:
            self._ask("copy", source, target, "attached", str(floor_bytes), timeout_seconds=PAUSE_SECONDS)
        else:
            self._ask("copy", source, target, "free", str(floor_bytes))

    def flush(self, name: str) -> None:
        """Write a copy out to the host's storage, so that it outlives a power cut."""
        self._ask("flush", name)

    def pack(self, name: str, *, floor_bytes: int) -> None:
        """Put an archive in the place of a disk that no machine runs on."""
        self._ask("pack", name, str(floor_bytes), timeout_seconds=PACK_SECONDS)

    def unpack(self, name: str, *, floor_bytes: int) -> None:
        """Put a disk in the place of its archive."""
        self._ask("unpack", name, str(floor_bytes), timeout_seconds=PACK_SECONDS)

    def delete(self, name: str) -> None:
        """Delete a disk that no machine runs on."""
        self._ask("delete", name)

    def _ask(self, *arguments: str, timeout_seconds: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """Have something done to disks and raise what it reports."""
        answer = self._run("disks", *arguments, timeout_seconds=timeout_seconds)
        raise_reported(answer)
        return answer

    def _run(self, program: str, *arguments: str, timeout_seconds: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """Run a program in the helper and return its answer."""
        deadline = time.monotonic() + timeout_seconds
        try:
            result = self._client.execute(
                HELPER, command(program, *arguments), deadline=deadline, max_bytes=MAX_ANSWER_BYTES
            )
        except NotRunningError as error:
            raise EngineError(
                f"The engine's container for disks does not run ({error}). Start it with ./slipway up."
            ) from error
        except RunTimeoutError as error:
            raise EngineError(
                f"{program} {' '.join(arguments)}: not done within {timeout_seconds:g} seconds."
            ) from error
        if result.exit_status:
            last_line = result.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise EngineError(f"{program} {' '.join(arguments)}: {last_line or f'exit status {result.exit_status}'}")
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer


def raise_reported(answer: Mapping[str, Any]) -> None:
    """Raise what the program for disks reports, if anything."""
    match answer.get("error"):
        case "missing":
            raise DiskMissingError(f"There is no disk {answer['disk']!r}.")
        case "attached":
            raise EngineError(f"The disk {answer['disk']!r} is a running machine's: stop that first.")
        case "full":
            raise NoRoomError
        case "busy":
            raise EngineBusyError(f"The disk {answer['disk']!r} is being packed or unpacked. Try again in a minute.")
        case "changed":
            raise EngineBusyError(f"The disk {answer['disk']!r} changed while it was copied. Copy it again.")
        case "broken":
            raise EngineBusyError(f"The disk {answer['disk']!r} did not arrive as it was sent. Send it again.")
