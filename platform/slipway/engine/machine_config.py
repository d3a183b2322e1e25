"""What the engine is told about a machine. Pure: a spec in, the words of Docker's API out."""

import dataclasses
import hashlib
import json
from typing import Any

from slipway.engine.port import Limits, MachineSpec

RUNTIME = "sandbox"
# With root's usual powers over its own user namespace; none of them reaches beyond it.
CAPABILITIES = [
    "SYS_ADMIN",
    "NET_ADMIN",
    "CHOWN",
    "DAC_OVERRIDE",
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
]
LABEL_MACHINE = "org.slipway.machine"
LABEL_DISK = "org.slipway.disk"
LABEL_SPEC = "org.slipway.spec"
APPARMOR_PROFILE = "slipway-machine"
RUN_TMPFS = {"/run": "mode=755,size=64m"}


def fingerprint(spec: MachineSpec) -> str:
    """Return a short hash that tells two specs apart."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(spec), sort_keys=True).encode()).hexdigest()[:16]


def labels(spec: MachineSpec) -> dict[str, str]:
    """Return the caller's labels and our own."""
    return {**spec.labels, LABEL_MACHINE: spec.name, LABEL_DISK: spec.disk, LABEL_SPEC: fingerprint(spec)}


def callers_labels(all_labels: dict[str, str]) -> dict[str, str]:
    """Return the labels without our own and without the image's."""
    return {name: value for name, value in all_labels.items() if not name.startswith("org.slipway.")}


def limit_options(limits: Limits) -> dict[str, Any]:
    """Return the arguments of `create_host_config` that bound a machine."""
    return {
        "mem_limit": limits.memory_bytes,
        "memswap_limit": limits.memory_bytes,
        "nano_cpus": _nano_cpus(limits),
        "cpu_shares": limits.cpu_shares,
        "pids_limit": limits.pids,
        "ulimits": [{"Name": "nofile", "Soft": limits.open_files_soft, "Hard": limits.open_files_hard}],
        "log_config": log_config(limits.log_bytes),
    }


def limit_update(limits: Limits) -> dict[str, int]:
    """Return what the API's call for updates is told: the limits that a running machine can be given."""
    return {
        "Memory": limits.memory_bytes,
        "MemorySwap": limits.memory_bytes,
        "NanoCpus": _nano_cpus(limits),
        "CpuShares": limits.cpu_shares,
        "PidsLimit": limits.pids,
    }


def _nano_cpus(limits: Limits) -> int:
    return round(limits.cpus * 1e9)


def log_config(size_bytes: int) -> dict[str, Any]:
    """Return how a container's log is kept: it lies on the engine's own disk, beyond the machine's cap, so bounded."""
    if not size_bytes:
        return {"Type": "none"}
    return {"Type": "json-file", "Config": {"max-size": str(size_bytes), "max-file": "1"}}


def runtime(spec: MachineSpec) -> str:
    """Return the engine's name of a machine's runtime: our own one, which becomes runc or another program."""
    return f"{RUNTIME}-{spec.confinement.runtime}" if spec.confinement.runtime else RUNTIME


def host_options(spec: MachineSpec, seccomp: str) -> dict[str, Any]:
    """Return all arguments of `create_host_config`.

    Annotations are added to its result, since the SDK has no word for them.
    """
    security = [f"seccomp={seccomp}", *(["no-new-privileges"] if spec.confinement.no_new_privileges else [])]
    return {
        **limit_options(spec.limits),
        "runtime": runtime(spec),
        "network_mode": "none",
        "cap_drop": ["ALL"],
        "cap_add": CAPABILITIES,
        "tmpfs": RUN_TMPFS,
        "security_opt": security,
        "cgroupns": "private",
    }


def annotations(spec: MachineSpec) -> dict[str, str]:
    """Return what the runtime reads. A disk's size and inodes count where it is made from the template."""
    return {
        "slipway.disk": spec.disk,
        "slipway.from": spec.start_from,
        "slipway.bytes": str(spec.limits.disk_bytes),
        "slipway.inodes": str(spec.limits.disk_inodes),
        "slipway.apparmor": APPARMOR_PROFILE if spec.confinement.apparmor else "",
    }
