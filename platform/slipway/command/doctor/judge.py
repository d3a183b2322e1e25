"""Judges the facts of a machine. Pure."""

from collections.abc import Iterator

from slipway.command import versions
from slipway.command.doctor.facts import MEBIBYTE, Facts
from slipway.command.doctor.findings import Finding, blocker, fine, warning

# Overlay on idmapped layers came with it.
KERNEL = "5.19"
PYTHONS = ((3, 11), (3, 13))
FILESYSTEMS = {"ext4", "xfs"}
CONTROLLERS = {"cpu", "memory", "pids"}
# Numbers of the capabilities that the engine's container is given (linux/capability.h).
CAPABILITIES = {
    "CHOWN": 0, "DAC_OVERRIDE": 1, "DAC_READ_SEARCH": 2, "FOWNER": 3, "FSETID": 4, "KILL": 5, "SETGID": 6, "SETUID": 7,
    "SETPCAP": 8, "NET_BIND_SERVICE": 10, "NET_ADMIN": 12, "NET_RAW": 13, "SYS_CHROOT": 18, "SYS_PTRACE": 19,
    "SYS_ADMIN": 21, "SYS_NICE": 23, "MKNOD": 27, "AUDIT_WRITE": 29, "SETFCAP": 31,
}  # fmt: skip
MEMORY_NEEDED, MEMORY_WANTED = 2048 * MEBIBYTE, 4096 * MEBIBYTE
DISK_NEEDED, DISK_WANTED = 6 * 1024 * MEBIBYTE, 20 * 1024 * MEBIBYTE
INOTIFY_WANTED = 1024
# The kernel's ceiling of groups in one hierarchy of cgroup v1 is 65,535.
GROUPS_MANY = 40_000
DAY_SECONDS = 86_400


def findings(facts: Facts) -> list[Finding]:
    """Return what there is to say of each prerequisite, fine or not."""
    return [*_system(facts), *_kernel(facts), *_docker(facts), *_policies(facts), *_room(facts)]


def _system(facts: Facts) -> Iterator[Finding]:
    if facts.system == "Linux":
        yield fine("system", facts.system)
    else:
        yield blocker("system", facts.system, "use a Linux machine, or a virtual one: sandboxes need a Linux kernel.")
    found = ".".join(map(str, facts.python))
    if PYTHONS[0] <= facts.python <= PYTHONS[1]:
        yield fine("Python", found)
    else:
        yield blocker("Python", found, "install Python 3.11, 3.12 or 3.13.")
    if facts.is_root:
        yield fine("root", "yes")
    else:
        yield warning("root", "no", "type sudo ./slipway up: it works with Docker, cgroups and mounts.")
    missing = ", ".join(facts.missing_programs)
    if not missing:
        yield fine("programs", "all there")
    elif facts.is_debian:
        yield warning("programs", f"missing: {missing}", "nothing to do: ./slipway up installs them.")
    else:
        yield blocker("programs", f"missing: {missing}", "install them with this system's package manager.")
    yield fine("service manager", "systemd" if facts.has_systemd else "none: ./slipway keeps dockerd running itself")


def _kernel(facts: Facts) -> Iterator[Finding]:
    if versions.at_least(facts.kernel, KERNEL):
        yield fine("kernel", facts.kernel)
    else:
        yield blocker("kernel", facts.kernel, f"boot a kernel from {KERNEL} on: overlays on idmapped layers need it.")
    yield _cgroups(facts)
    if facts.cgroup_version == 1 and facts.groups_in_use > GROUPS_MANY:
        cure = "restart the engine (./slipway down, ./slipway up), which sweeps empty groups; or boot with cgroup v2."
        yield warning("control groups in use", str(facts.groups_in_use), cure)
    yield _capabilities("capabilities of this process", facts.capabilities, "run ./slipway as root outside a container")
    if facts.has_loop_control:
        yield fine("loop devices", f"{facts.loop_devices}, more at need")
    else:
        yield blocker(
            "loop devices", "no /dev/loop-control", "type modprobe loop; in a container, pass /dev/loop-control."
        )
    yield _user_namespaces(facts)
    yield _inotify(facts.inotify_instances)


def _user_namespaces(facts: Facts) -> Finding:
    """Judge what a machine needs for itself, and its Docker for containers with `--privileged`."""
    subject = "user namespaces"
    if facts.max_user_namespaces == 0:
        return blocker(subject, "forbidden", "type sysctl user.max_user_namespaces=15000")
    if not facts.restricts_user_namespaces or facts.confines_machines:
        return fine(subject, "allowed")
    # Ubuntu from 23.10 on. The engine makes a machine's as root of the host; those that are made inside are meant.
    observed = "AppArmor takes the capabilities that unconfined programs have in new ones, also in machines"
    cure = (
        "write apparmor = true below [default] in SLIPWAY_HOME/policy.toml, which allows them to machines alone;"
        " or for the whole host: echo kernel.apparmor_restrict_unprivileged_userns=0 >/etc/sysctl.d/60-slipway.conf and"
        " sysctl --system. Then ./slipway up."
    )
    return warning(subject, observed, cure)


def _policies(facts: Facts) -> Iterator[Finding]:
    for observed, cure in facts.policy_complaints:
        yield blocker("policies", observed, cure)
    if not facts.policy_complaints:
        walls = "with" if facts.confines_machines else "without"
        yield fine("policies", f"can be kept here; machines {walls} AppArmor{_unavailable(facts)}")


def _unavailable(facts: Facts) -> str:
    return "" if facts.has_apparmor else ", which this kernel does not have"


def _cgroups(facts: Facts) -> Finding:
    missing = ", ".join(sorted(CONTROLLERS - facts.controllers))
    observed = f"v{facts.cgroup_version}, {', '.join(sorted(facts.controllers))}"
    if missing:
        cure = f"boot with the controllers {missing}: cgroup_enable={missing} on the kernel's command line."
        return blocker("control groups", f"{observed}; missing: {missing}", cure)
    return fine("control groups", observed)


def _capabilities(subject: str, mask: int, cure: str) -> Finding:
    missing = [name for name, number in CAPABILITIES.items() if not mask >> number & 1]
    if missing:
        return blocker(subject, f"missing: {', '.join(missing)}", f"{cure}, or give it these capabilities.")
    return fine(subject, "all that the engine needs")


def _inotify(instances: int | None) -> Finding:
    if instances is None or instances >= INOTIFY_WANTED:
        return fine("inotify instances", str(instances or "unlimited"))
    cure = "nothing to do: ./slipway up raises fs.inotify.max_user_instances until the next boot."
    return warning("inotify instances", f"{instances}, shared by all machines and this host", cure)


def _docker(facts: Facts) -> Iterator[Finding]:
    if facts.docker is None:
        yield warning("Docker Engine", "none answers", "nothing to do on Debian and Ubuntu: ./slipway up starts one.")
    elif versions.at_least(facts.docker.api, "1.41"):
        yield fine("Docker Engine", f"{facts.docker.version}, API {facts.docker.api}, {facts.docker.driver}")
    else:
        yield blocker("Docker Engine", facts.docker.version, "upgrade Docker to 20.10 or later.")
    if facts.docker_capabilities is not None:
        cure = "start dockerd with all capabilities of the host"
        yield _capabilities("capabilities of dockerd", facts.docker_capabilities, cure)
    if facts.docker_filesystem in FILESYSTEMS:
        yield fine("file system of Docker's data", facts.docker_filesystem)
    else:
        cure = "move Docker's data to ext4 or xfs (data-root in /etc/docker/daemon.json): idmapped layers need it."
        yield blocker("file system of Docker's data", facts.docker_filesystem or "unknown", cure)


def _room(facts: Facts) -> Iterator[Finding]:
    memory = f"{_gibibytes(facts.memory_bytes)}, {_gibibytes(facts.available_bytes)} available"
    cure = "give the machine 4 GiB; each learner's machine may use 768 MiB (SLIPWAY_SANDBOX_MEMORY_MEBIBYTES)."
    yield _amount("memory", memory, cure, (facts.memory_bytes, MEMORY_NEEDED, MEMORY_WANTED))
    cure = "free some: images take 5 GiB, each learner's machine up to 2 GiB."
    for subject, free in (
        ("disk of SLIPWAY_HOME", facts.free_disk_bytes),
        ("disk of Docker's data", facts.docker_free_bytes),
    ):
        yield _amount(subject, f"{_gibibytes(free)} free", cure, (free, DISK_NEEDED, DISK_WANTED))
    if facts.now_seconds < facts.newest_file_seconds - DAY_SECONDS:
        yield blocker("clock", "older than the files of this project", "set it: package mirrors refuse a wrong clock.")
    else:
        yield fine("clock", "not before the files of this project")
    if facts.port_is_free or facts.port_is_ours:
        yield fine("port", f"{facts.port} {'serves our pages' if facts.port_is_ours else 'is free'}")
    else:
        yield warning("port", f"{facts.port} is taken", "nothing to do: ./slipway up takes the next one, or --port N.")
    if facts.socket_path_excess > 0:
        cure = "set SLIPWAY_HOME to a shorter path, such as /var/lib/slipway."
        yield blocker("SLIPWAY_HOME", f"its path is {facts.socket_path_excess} bytes too long for sockets", cure)


def _amount(subject: str, observed: str, cure: str, amounts: tuple[int, int, int]) -> Finding:
    has, needed, wanted = amounts
    if has < needed:
        return blocker(subject, observed, cure)
    return warning(subject, observed, cure) if has < wanted else fine(subject, observed)


def _gibibytes(count: int) -> str:
    return f"{count / MEBIBYTE / 1024:.1f} GiB"
