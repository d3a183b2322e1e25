"""Everything that the doctor looks at, read from this machine. Nothing is judged and nothing is changed here."""

import os
import platform
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from slipway.command import address, dockerhost, ports
from slipway.command.dockerhost import HostEngine
from slipway.command.instance import PROJECT, Instance
from slipway.command.up import packages, policies, programs
from slipway.engine import apparmor
from slipway.engine.container import runtimes_in
from slipway.sandboxes.policy import PolicyError

PROC = Path("/proc")
CGROUP = Path("/sys/fs/cgroup")
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Facts:
    """A machine as it is now. What cannot be read is None or empty."""

    system: str
    kernel: str
    python: tuple[int, int]
    is_root: bool
    is_debian: bool
    has_systemd: bool
    missing_programs: tuple[str, ...]
    cgroup_version: int
    controllers: frozenset[str]
    groups_in_use: int
    capabilities: int
    docker: HostEngine | None
    docker_capabilities: int | None
    docker_filesystem: str
    has_loop_control: bool
    loop_devices: int
    max_user_namespaces: int | None
    restricts_user_namespaces: bool
    has_apparmor: bool
    confines_machines: bool
    policy_complaints: tuple[tuple[str, str], ...]
    inotify_instances: int | None
    memory_bytes: int
    available_bytes: int
    free_disk_bytes: int
    docker_free_bytes: int
    now_seconds: float
    newest_file_seconds: float
    port: int
    port_is_ours: bool
    port_is_free: bool
    socket_path_excess: int


def read(instance: Instance) -> Facts:
    """Look at this machine."""
    docker = dockerhost.find()
    root = _existing(docker.root if docker else Path("/var/lib/docker"))
    version, controllers, groups = _cgroups()
    where = address.load(instance.site) or address.Address(address.LOOPBACK, ports.DEFAULT_PORT)
    memory = _memory()
    has_apparmor = apparmor.is_on_host()
    complaints, confines_machines = _policies(instance, has_apparmor=has_apparmor)
    return Facts(
        system=platform.system(),
        kernel=platform.release(),
        python=sys.version_info[:2],
        is_root=os.geteuid() == 0,
        is_debian=shutil.which("apt-get") is not None,
        has_systemd=Path("/run/systemd/system").is_dir(),
        missing_programs=tuple(
            need.package for need in packages.missing(packages.wanted(docker_answers=docker is not None))
        ),
        cgroup_version=version,
        controllers=controllers,
        groups_in_use=groups,
        capabilities=_capabilities("self") or 0,
        docker=docker,
        docker_capabilities=_docker_capabilities(),
        docker_filesystem=_filesystem(root),
        has_loop_control=Path("/dev/loop-control").exists(),
        loop_devices=len(list(Path("/sys/block").glob("loop*"))),
        max_user_namespaces=_number("sys/user/max_user_namespaces"),
        restricts_user_namespaces=_number("sys/kernel/apparmor_restrict_unprivileged_userns") == 1,
        has_apparmor=has_apparmor,
        confines_machines=confines_machines,
        policy_complaints=complaints,
        inotify_instances=_number("sys/fs/inotify/max_user_instances"),
        memory_bytes=memory["MemTotal"],
        available_bytes=memory["MemAvailable"],
        free_disk_bytes=shutil.disk_usage(_existing(instance.home)).free,
        docker_free_bytes=shutil.disk_usage(root).free,
        now_seconds=time.time(),
        newest_file_seconds=(PROJECT / "requirements.txt").stat().st_mtime,
        port=where.port,
        port_is_ours=any(state.name == "web" and state.pid for state in programs.supervision(instance).states() or []),
        port_is_free=ports.is_free(where.host, where.port),
        socket_path_excess=instance.socket_path_excess,
    )


def _policies(instance: Instance, *, has_apparmor: bool) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Return what is wrong with the operator's policies, each with its cure, and whether they confine by AppArmor."""
    try:
        found = policies.of_instance(instance)
    except PolicyError as error:
        return ((str(error), "mend that file; docs/operating.md lists what may stand in it."),), False
    lacking = policies.complaints(found, runtimes_in(instance.runtimes), has_apparmor=has_apparmor)
    return tuple(lacking), found.wants_apparmor


def _existing(path: Path) -> Path:
    """Return the path, or the nearest folder above it that exists and may be looked into."""
    while not os.access(path, os.R_OK) and path != path.parent:
        path = path.parent
    return path


def _number(name: str) -> int | None:
    try:
        return int((PROC / name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _memory() -> dict[str, int]:
    lines = (line.split() for line in (PROC / "meminfo").read_text(encoding="ascii").splitlines())
    return {words[0].rstrip(":"): int(words[1]) * 1024 for words in lines if len(words) > 1}


def _cgroups() -> tuple[int, frozenset[str], int]:
    """Return the version of control groups, the controllers, and the number of groups of the fullest hierarchy."""
    if (CGROUP / "cgroup.controllers").exists():
        names = (CGROUP / "cgroup.controllers").read_text(encoding="ascii").split()
        return 2, frozenset(names), 0
    rows = [line.split() for line in (PROC / "cgroups").read_text(encoding="ascii").splitlines()[1:]]
    mounted = frozenset(row[0] for row in rows if (CGROUP / row[0]).exists())
    return 1, mounted, max((int(row[2]) for row in rows if row[0] in mounted), default=0)


def _capabilities(process: str) -> int | None:
    """Return the bounding set of a process: what it and its children can ever have."""
    try:
        lines = (PROC / process / "status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapBnd:")), None)


def _docker_capabilities() -> int | None:
    """Return what the host's dockerd can have. Those of sandboxes show in /proc too, in namespaces of their own."""
    ours = (PROC / "self" / "ns" / "pid").readlink()
    for entry in PROC.glob("[0-9]*/comm"):
        try:
            is_dockerd = entry.read_text(encoding="utf-8", errors="replace").strip() == "dockerd"
            if is_dockerd and (entry.parent / "ns" / "pid").readlink() == ours:
                return _capabilities(entry.parent.name)
        except OSError:
            continue
    return None


def _filesystem(path: Path) -> str:
    """Return the type of the file system that holds the path."""
    best, kind = "", ""
    for line in (PROC / "self" / "mounts").read_text(encoding="utf-8", errors="replace").splitlines():
        _, mount, found, *_ = line.split()
        if path.is_relative_to(mount) and len(mount) >= len(best):
            best, kind = mount, found
    return kind
