"""The container in which an engine for sandboxes runs: start, stop, status. It heals by itself when it is killed."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import docker.errors

from slipway.engine import thawing
from slipway.engine.client import Client
from slipway.engine.disk_store import DiskStore
from slipway.engine.hosting import connect, explained, image_layers, unconfined
from slipway.engine.port import MEBIBYTE, EngineError, EngineUnreachableError

Progress = Callable[[str], None]
CAPABILITIES = [
    "SYS_ADMIN",
    "NET_ADMIN",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "SETUID",
    "SETGID",
    "SETPCAP",
    "SETFCAP",
    "SYS_CHROOT",
    "KILL",
    "MKNOD",
    "NET_RAW",
    "NET_BIND_SERVICE",
    "AUDIT_WRITE",
    "SYS_PTRACE",
    "SYS_NICE",
]
# Loop devices and their control: for the disks.
DEVICE_RULES = ["b 7:* rwm", "c 10:237 rwm"]
SOCKET = "engine.sock"
ANSWER_SECONDS = 30.0
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class EngineContainer:
    """What an instance's engine is called and where its socket lies.

    `run_folder` is shared with web and worker alone; on the host it belongs to who runs them. In `runtimes_folder` lie
    programs that can take runc's place.
    """

    instance: str
    run_folder: Path
    disk_bytes: int = 2048 * MEBIBYTE
    runtimes_folder: Path | None = None

    @property
    def name(self) -> str:
        """The container's name."""
        return f"{self.instance}-engine"

    @property
    def volumes(self) -> dict[str, str]:
        """The volumes' names and where each is mounted."""
        return {f"{self.instance}-docker": "/var/lib/docker", f"{self.instance}-disks": "/var/lib/slipway"}

    @property
    def socket(self) -> Path:
        """The engine's socket on the host."""
        return self.run_folder / SOCKET

    @property
    def runtimes(self) -> list[str]:
        """The names of the programs that can take runc's place."""
        return runtimes_in(self.runtimes_folder) if self.runtimes_folder else []


def runtimes_in(folder: Path) -> list[str]:
    """Return the names of the programs in a folder of runtimes, which need not exist."""
    return sorted(path.name for path in folder.glob("*") if os.access(path, os.X_OK) and path.is_file())


@dataclass(frozen=True, slots=True)
class Status:
    """What became of an engine: its container's state in Docker's words (or absent), and its version if it answers."""

    state: str
    version: str | None
    image: str | None = None


def start(engine: EngineContainer, image: str, lab_images: Sequence[str], progress: Progress) -> None:
    """Start the engine if it does not run on this image, and load the sandbox images that differ once it answers.

    A container on another image is replaced: its machines end, their disks stay. Without sandbox images somebody else
    brings them: see `supply`. Raise `EngineError`.
    """
    engine.run_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    api = connect()
    client = Client(engine.socket)
    try:
        with explained("Cannot start the engine for sandboxes"):
            ensure_running(api, engine, image, progress)
            wait_for_answer(api, engine, client)
            for tag in lab_images:
                load_image(api, client, tag, progress)
        if lab_images:
            with client.explained("Cannot prepare the engine for sandboxes"):
                DiskStore(client).ensure_helper(lab_images[0])
    finally:
        client.close()
        api.close()


def ensure_running(api: docker.APIClient, engine: EngineContainer, image: str, progress: Progress) -> None:
    """Make the container run as it should, replacing one that differs."""
    try:
        state = api.inspect_container(engine.name)
    except docker.errors.NotFound:
        state = None
    thawing.let_the_dead_end(engine.socket)
    wanted = settings(engine)
    if state and (state["Config"]["Image"] != image or not set(wanted) <= set(state["Config"]["Env"])):
        progress("replacing the engine's container: its image or settings changed")
        api.stop(engine.name, timeout=STOP_SECONDS)
        api.remove_container(engine.name, force=True)
        state = None
    if state is None:
        progress("creating the engine's container")
        api.create_container(
            image, name=engine.name, hostname="engine", environment=wanted, host_config=host_config(api, engine),
            labels={"org.slipway.instance": engine.instance},
        )  # fmt: skip
    api.start(engine.name)


def settings(engine: EngineContainer) -> list[str]:
    """Return the environment of the engine's entry point."""
    runtimes = " ".join(engine.runtimes)
    return [
        f"SLIPWAY_DISK_BYTES={engine.disk_bytes}",
        f"SLIPWAY_CGROUP={engine.instance}",
        # Read by nobody: what is there is looked for. Others than before make the container anew.
        f"SLIPWAY_RUNTIMES={runtimes}",
    ]


def host_config(api: docker.APIClient, engine: EngineContainer) -> dict[str, Any]:
    """Return what the engine may do. It is no wall: the user namespace of each machine is.

    --privileged fails where the host lacks a capability.

    The cgroup namespace is left to the host's engine: the host's on cgroup v1, one of its own on v2.
    """
    binds = [f"{volume}:{path}" for volume, path in engine.volumes.items()]
    if engine.runtimes_folder and engine.runtimes:
        binds.append(f"{engine.runtimes_folder.resolve()}:/opt/runtimes:ro")
    return unconfined(
        api,
        binds=[*binds, "/sys/fs/cgroup:/sys/fs/cgroup:rw", f"{engine.run_folder.resolve()}:/run/slipway"],
        network_mode="none",
        cap_drop=["ALL"],
        cap_add=CAPABILITIES,
        device_cgroup_rules=DEVICE_RULES,
        restart_policy={"Name": "unless-stopped"},
        log_config={"Type": "json-file", "Config": {"max-size": "5m", "max-file": "2"}},
    )


def wait_for_answer(api: docker.APIClient, engine: EngineContainer, client: Client) -> None:
    """Wait until the engine answers; raise with its last words if it does not."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            with client.explained("Waiting for the engine"):
                client.api.ping()
        except EngineUnreachableError:
            if time.monotonic() > deadline:
                words = api.logs(engine.name, tail=20).decode(errors="replace").strip()
                raise EngineError(
                    f"The engine for sandboxes did not answer within {ANSWER_SECONDS:.0f} s. Its last lines:\n{words}\n"
                    "See ./slipway doctor for what it needs of the host."
                ) from None
            time.sleep(0.05)
        else:
            return


def load_image(api: docker.APIClient, client: Client, tag: str, progress: Progress) -> None:
    """Copy an image from the host's engine into the engine for sandboxes, unless it has the same."""
    wanted = image_layers(api, tag)
    try:
        if image_layers(client.api, tag) == wanted:
            return
    except docker.errors.ImageNotFound:
        pass
    progress(f"loading {tag} into the engine")
    for event in client.api.load_image(api.get_image(tag), quiet=True):
        if "error" in event:
            raise EngineError(f"The engine could not take the image {tag}: {event['error']}")


def supply(socket: Path, lab_images: Iterable[str], progress: Progress) -> None:
    """Copy the sandbox images into the engine behind a socket, and start what looks after its disks."""
    host, client = connect(), Client(socket)
    tags = list(lab_images)
    try:
        with explained("Cannot read the images"), client.explained("Cannot prepare the engine for sandboxes"):
            for tag in tags:
                load_image(host, client, tag, progress)
            DiskStore(client).ensure_helper(tags[0])
    finally:
        client.close()
        host.close()


def remove_images_but(engine: EngineContainer, keep: Iterable[str]) -> list[str]:
    """Remove the sandbox images of earlier versions that no machine runs on; return their tags.

    `keep` holds those that disks need.
    """
    kept, removed = set(keep), []
    client = Client(engine.socket)
    try:
        with client.explained("Cannot remove old images"):
            in_use = {entry["Image"] for entry in client.api.containers(all=True)}
            tags = {tag for entry in client.api.images() for tag in entry["RepoTags"] or ()}
            for tag in sorted(tags - kept - in_use):
                client.api.remove_image(tag)
                removed.append(tag)
    finally:
        client.close()
    return removed


def stop(engine: EngineContainer) -> None:
    """Stop the engine: its machines end, their disks and images stay. Stopped or absent counts as done."""
    api = connect()
    try:
        with explained("Cannot stop the engine for sandboxes"):
            thawing.let_the_dead_end(engine.socket)
            try:
                api.stop(engine.name, timeout=STOP_SECONDS)
            except docker.errors.NotFound:
                return
            api.remove_container(engine.name, force=True)
    finally:
        api.close()


def erase(engine: EngineContainer) -> None:
    """Stop the engine and delete its volumes: all disks of all learners. For tests, and for who says so."""
    stop(engine)
    api = connect()
    try:
        with explained("Cannot delete the engine's volumes"):
            for volume in engine.volumes:
                try:
                    api.remove_volume(volume)
                except docker.errors.NotFound:
                    continue
    finally:
        api.close()


def status(engine: EngineContainer) -> Status:
    """Say what the engine's container does and whether the engine answers."""
    api = connect()
    client = Client(engine.socket)
    try:
        with explained("Cannot ask for the engine for sandboxes"):
            try:
                state = api.inspect_container(engine.name)
            except docker.errors.NotFound:
                return Status("absent", None)
        try:
            with client.explained("Asking the engine"):
                version = str(client.api.version()["Version"])
        except EngineError:
            version = None
        return Status(state["State"]["Status"], version, state["Config"]["Image"])
    finally:
        client.close()
        api.close()
