"""The engine for sandboxes, spoken to through the Docker SDK."""

import contextlib
import fcntl
import os
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import docker.errors

from slipway.engine import machine_config, sending
from slipway.engine.client import API_VERSION, Client, NotRunningError
from slipway.engine.disk_store import DiskStore
from slipway.engine.port import (
    Capacity,
    Disk,
    DiskMissingError,
    Engine,
    EngineBusyError,
    EngineError,
    ExecResult,
    Limits,
    Machine,
    MachineMissingError,
    MachineNotReadyError,
    MachineSpec,
    RuntimeMissingError,
    RunTimeoutError,
)
from slipway.engine.programs import command

SECCOMP = Path(__file__).parents[3] / "sandboxes" / "seccomp.json"
DISK_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
START_SECONDS = 60.0
# Longer than a machine gives a Docker that its learner installed: INSTALLED_DOCKER_SECONDS of the services.
READY_SECONDS = 25.0
REMOVAL_SECONDS = 15.0
# A copy takes a second; a machine paused for longer was left so by somebody who died.
PAUSED_SECONDS = 30.0
SETTLE_SECONDS = 0.3
PAUSE_ATTEMPTS = 5
# What runc says when processes went on appearing while it froze a machine.
NOT_FROZEN = "unable to freeze"
POLL_SECONDS = 0.05
CONFLICT, RUNNING, CREATED, PAUSED = 409, "running", "created", "paused"


def checked_names(*names: str) -> None:
    """Refuse what is not a name of a disk."""
    for name in names:
        if not DISK_NAME.fullmatch(name):
            raise EngineError(
                f"{name!r} is not a name of a disk: use lower-case letters, digits, dot, dash, underscore."
            )


def _is_locked(file: int) -> bool:
    """Take a lock if nobody has it; tell whether it is ours."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def client_of(engine: Engine) -> Client:
    """Return the client of another engine that is behind a socket, too."""
    if not isinstance(engine, DockerEngine):
        raise EngineError("A disk can be sent to a Docker Engine alone.")
    return engine._client  # noqa: SLF001  (of our own class)


class DockerEngine:
    """An `Engine` behind a socket. The socket is worth root on its host: only web and worker reach it."""

    def __init__(self, socket: Path, *, ready_seconds: float = READY_SECONDS) -> None:
        self._ready_seconds = ready_seconds
        self._client = Client(socket)
        self._disks = DiskStore(self._client)
        self._seccomp = SECCOMP.read_text()

    def close(self) -> None:
        """Close this thread's connections."""
        self._client.close()

    def ping(self) -> str:
        """Return the engine's version."""
        with self._client.explained("Cannot ask for the version"):
            return str(self._client.api.version()["Version"])

    def start_machine(self, spec: MachineSpec) -> None:
        """Start the machine of this name and return when its inner Docker answers."""
        checked_names(spec.disk, spec.start_from)
        with self._client.explained(f"Cannot start the machine {spec.name}"):
            deadline = time.monotonic() + START_SECONDS
            while not (self._is_running_after_a_step(spec) and self._becomes_ready(spec.name)):
                if time.monotonic() > deadline:
                    raise EngineError(
                        f"The machine {spec.name} does not stay up. Try again; if that does not help, reset it."
                    )

    def _is_running_after_a_step(self, spec: MachineSpec) -> bool:
        """Take the next step towards a running container; every step may meet another process that takes it, too."""
        api = self._client.api
        state = self._state(spec.name)
        match state and state["State"]["Status"]:
            case "running" | "paused":
                return True
            case None:
                container = self._create(spec)
            case "created" if state["Config"]["Labels"].get(machine_config.LABEL_SPEC) == machine_config.fingerprint(
                spec
            ):
                container = state["Id"]
            case _:
                self._remove(state["Id"])
                container = None
        if not container:
            return False
        try:
            api.start(container)
        except docker.errors.NotFound:
            return False
        except docker.errors.APIError as error:
            self._remove(container)
            if "there is no disk" in str(error.explanation):
                raise DiskMissingError(f"There is no disk {spec.start_from!r} to start {spec.name} from.") from error
            raise
        return True

    def _state(self, name: str) -> Any:
        """Return what the engine knows of a container, or None."""
        try:
            return self._client.api.inspect_container(name)
        except docker.errors.NotFound:
            return None

    def _create(self, spec: MachineSpec) -> str | None:
        """Create the container and return its id; None if another process was faster."""
        api = self._client.api
        host_config = api.create_host_config(**machine_config.host_options(spec, self._seccomp))
        host_config["Annotations"] = machine_config.annotations(spec)
        try:
            created = api.create_container(
                spec.image,
                name=spec.name,
                hostname=spec.hostname,
                environment=spec.environment,
                host_config=host_config,
                labels=machine_config.labels(spec),
            )
        except docker.errors.ImageNotFound as error:
            raise EngineError(f"The engine has no image {spec.image}. Run ./slipway up, which loads it.") from error
        except docker.errors.APIError as error:
            if "nknown or invalid runtime" in str(error.explanation) or "nknown runtime" in str(error.explanation):
                raise RuntimeMissingError(spec.confinement.runtime) from error
            if error.status_code != CONFLICT:
                raise
            return None
        return str(created["Id"])

    def _becomes_ready(self, name: str) -> bool:
        """Wait for the inner Docker.

        Return False when the machine ended meanwhile, or had ended and the engine noticed only now.
        """
        deadline = time.monotonic() + self._ready_seconds
        paused_until = time.monotonic() + PAUSED_SECONDS
        while True:
            try:
                if self._answers(name, deadline):
                    return True
            except NotRunningError:
                if not self._outlasts_pause(name, paused_until):
                    return False
                deadline = time.monotonic() + self._ready_seconds
            if time.monotonic() > deadline:
                raise MachineNotReadyError(f"The machine {name} runs, but the Docker inside it does not answer.")
            time.sleep(POLL_SECONDS)

    def _answers(self, name: str, deadline: float) -> bool:
        """Ask in the machine until its Docker answers.

        The exec itself can fail while the machine arranges its groups.
        """
        argv = command("ready", str(self._ready_seconds))
        try:
            return self._client.execute(name, argv, deadline=deadline + 1, max_bytes=4096).exit_status == 0
        except RunTimeoutError:
            return False

    def _outlasts_pause(self, name: str, until: float) -> bool:
        """Tell whether a machine that took no command is only paused, for a copy; wake it when its time is up."""
        state = self._state(name)
        status = state["State"]["Status"] if state else None
        if status == PAUSED and time.monotonic() > until:
            self._unpause(name)
        return status in (RUNNING, PAUSED)

    def limit_machine(self, name: str, limits: Limits) -> None:
        """Give a running machine other limits of memory, processors and processes."""
        api = self._client.api
        # The SDK's own call has no word for processes and for a quota in one number.
        url = f"{api.base_url}/v{API_VERSION}/containers/{quote(name, safe='')}/update"
        with self._client.explained(f"Cannot limit the machine {name}"):
            answer = api.post(url, json=machine_config.limit_update(limits))
            state = self._state(name)
        if not state or state["State"]["Status"] not in (RUNNING, PAUSED):
            raise MachineMissingError(f"The machine {name} does not run.")
        if not answer.ok:
            raise EngineError(f"The machine {name} cannot be given these limits: {answer.text.strip()[:300]}")

    def stop_machine(self, name: str) -> None:
        """Remove the machine's container and keep its disk."""
        with self._client.explained(f"Cannot stop the machine {name}"):
            self._remove(name)

    def _remove(self, container: str) -> None:
        """Remove a container and wait until it is gone; gone already counts as done."""
        deadline = time.monotonic() + REMOVAL_SECONDS
        while True:
            try:
                self._client.api.remove_container(container, force=True, v=True)
            except docker.errors.NotFound:
                return
            except docker.errors.APIError as error:
                # Another process removes it just now.
                if error.status_code != CONFLICT or time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)
            else:
                return

    def machines(self) -> list[Machine]:
        """List all machines of this engine, running or dead, sorted by name."""
        with self._client.explained("Cannot list the machines"):
            found = self._client.api.containers(all=True, filters={"label": machine_config.LABEL_MACHINE})
        machines = (
            Machine(
                name=entry["Labels"][machine_config.LABEL_MACHINE],
                running=entry["State"] in (RUNNING, PAUSED),
                image=entry["Image"],
                labels=machine_config.callers_labels(entry["Labels"]),
            )
            for entry in found
        )
        return sorted(machines, key=lambda machine: machine.name)

    def capacity(self) -> Capacity:
        """Measure what its host has left and what each running machine uses."""
        with self._client.explained("Cannot measure the engine's host"):
            found = self._client.api.containers(filters={"label": machine_config.LABEL_MACHINE})
            return self._disks.capacity(
                {
                    entry["Id"]: (
                        entry["Labels"][machine_config.LABEL_MACHINE],
                        entry["Labels"][machine_config.LABEL_DISK],
                    )
                    for entry in found
                }
            )

    def disks(self) -> list[Disk]:
        """List all disks but the template, sorted by name."""
        with self._client.explained("Cannot list the disks"):
            return self._disks.disks()

    def copy_disk(self, source: str, target: str, *, floor_bytes: int = 0) -> None:
        """Copy a disk whole, also of a running machine (paused meanwhile); one copy of an engine's disks at a time."""
        checked_names(source, target)
        with self._client.explained(f"Cannot copy the disk {source}"), self._copying():
            machine = self._machine_on(source)
            if machine is None:
                self._disks.copy(source, target, is_attached=False, floor_bytes=floor_bytes)
            else:
                with self._paused(machine):
                    self._disks.copy(source, target, is_attached=True, floor_bytes=floor_bytes)
            self._disks.flush(target)

    @contextlib.contextmanager
    def _copying(self) -> Iterator[None]:
        """Be the only process that copies. Nobody waits for another: a worker who did would hold up starts and checks.

        The kernel lets the lock on the socket's folder go when its holder dies.
        """
        folder = os.open(self._client.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if not _is_locked(folder):
                raise EngineBusyError("Another disk is being copied. Try again in a moment.")
            yield
        finally:
            os.close(folder)

    def _machine_on(self, disk: str) -> str | None:
        """Return the container that runs on a disk, if any."""
        found = self._client.api.containers(filters={"label": f"{machine_config.LABEL_DISK}={disk}"})
        return str(found[0]["Id"]) if found else None

    @contextlib.contextmanager
    def _paused(self, container: str) -> Iterator[None]:
        """Pause a machine, which also brings its disk to rest."""
        for _ in range(PAUSE_ATTEMPTS):
            if self._is_paused(container):
                break
            time.sleep(SETTLE_SECONDS)
        else:
            raise EngineBusyError("The machine starts programs faster than it can be paused. Copy again.")
        try:
            yield
        finally:
            self._unpause(container)
            # An event tells dockerd of that once more: too late, and it would take the next pause for ended.
            time.sleep(SETTLE_SECONDS)

    def _is_paused(self, container: str) -> bool:
        """Try to pause a machine. With cgroup v1 a machine that starts processes all the time escapes some tries."""
        try:
            self._client.api.pause(container)
        except docker.errors.APIError as error:
            state = self._state(container)
            status = state["State"]["Status"] if state else None
            # Paused already: by one whose copy was abandoned, so it is as paused as it needs to be.
            if status == PAUSED:
                return True
            if status != RUNNING:
                raise EngineBusyError("The machine ended while its disk was to be copied. Copy again.") from error
            if NOT_FROZEN not in str(error):
                raise
            return False
        return True

    def _unpause(self, container: str) -> None:
        """Let a machine go on; it may have ended or gone on already."""
        with contextlib.suppress(docker.errors.APIError):
            self._client.api.unpause(container)

    def pack_disk(self, name: str, *, floor_bytes: int = 0) -> None:
        """Compress a disk; packed already counts as done."""
        checked_names(name)
        with self._client.explained(f"Cannot pack the disk {name}"):
            self._disks.pack(name, floor_bytes=floor_bytes)

    def unpack_disk(self, name: str, *, floor_bytes: int = 0) -> None:
        """Bring a packed disk back; unpacked already counts as done."""
        checked_names(name)
        with self._client.explained(f"Cannot unpack the disk {name}"):
            self._disks.unpack(name, floor_bytes=floor_bytes)

    def send_disk(self, name: str, target: Engine, *, floor_bytes: int = 0) -> None:
        """Copy a disk to another engine, where it arrives packed."""
        checked_names(name)
        sending.send_disk(self._client, client_of(target), name, floor_bytes=floor_bytes)

    def send_image(self, tag: str, target: Engine) -> None:
        """Copy an image to another engine, unless it has it."""
        sending.send_image(self._client, client_of(target), tag)

    def delete_disk(self, name: str) -> None:
        """Delete a disk, packed or not; absent counts as done."""
        checked_names(name)
        with self._client.explained(f"Cannot delete the disk {name}"):
            self._disks.delete(name)

    def run(
        self, machine: str, argv: Sequence[str], *, timeout_seconds: float = 20.0, max_bytes: int = 1024 * 1024
    ) -> ExecResult:
        """Run a command as the machine's root and wait for its end; in a paused machine wait for it to go on, too."""
        deadline = time.monotonic() + timeout_seconds
        mark = f"SLIPWAY_RUN={secrets.token_hex(8)}"
        with self._client.explained(f"Cannot run {argv[0]} in the machine {machine}"):
            while True:
                try:
                    return self._client.execute(
                        machine, argv, deadline=deadline, max_bytes=max_bytes, environment=[mark]
                    )
                except NotRunningError as error:
                    state = self._state(machine)
                    if not state or state["State"]["Status"] not in (RUNNING, PAUSED):
                        raise MachineMissingError(f"The machine {machine} does not run.") from error
                    if time.monotonic() > deadline:
                        raise RunTimeoutError(f"The machine {machine} took no command: it is paused.") from error
                except RunTimeoutError as error:
                    self._kill(machine, mark)
                    raise RunTimeoutError(f"{argv[0]} did not end within {timeout_seconds:g} seconds.") from error
                time.sleep(POLL_SECONDS)

    def _kill(self, machine: str, mark: str) -> None:
        """Kill a command that ran too long, with all that it started. If the machine has gone, so have they."""
        with contextlib.suppress(NotRunningError, RunTimeoutError):
            self._client.execute(machine, command("kill", mark), deadline=time.monotonic() + 5, max_bytes=4096)
