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
        "nano_cpus": int(limits.cpus * 1e9),
        "pids_limit": limits.pids,
        "ulimits": [{"Name": "nofile", "Soft": limits.open_files_soft, "Hard": limits.open_files_hard}],
    }


def host_options(spec: MachineSpec, seccomp: str) -> dict[str, Any]:
    """Return all arguments of `create_host_config`.

    Annotations are added to its result, since the SDK has no word for them.
    """
    return {
        **limit_options(spec.limits),
        "runtime": RUNTIME,
        "network_mode": "none",
        "cap_drop": ["ALL"],
        "cap_add": CAPABILITIES,
        "tmpfs": RUN_TMPFS,
        # A container's log lies on the engine's own disk, beyond the machine's cap.
        "log_config": {"Type": "none"},
        "security_opt": [f"seccomp={seccomp}"],
        "cgroupns": "private",
    }


def annotations(spec: MachineSpec) -> dict[str, str]:
    """Return what the runtime reads."""
    return {"slipway.disk": spec.disk, "slipway.from": spec.start_from}
