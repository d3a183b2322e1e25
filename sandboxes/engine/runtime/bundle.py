"""What a machine's OCI configuration says differently from a container's. Pure: no IO."""

from typing import Any

DISK, START_FROM, BYTES, INODES = "slipway.disk", "slipway.from", "slipway.bytes", "slipway.inodes"
APPARMOR = "slipway.apparmor"
RANGE_SIZE = 65536
# Ranges lie above every range that a distribution hands out.
FIRST_RANGE = 16
DOCKER_FILES = ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf")


def first_id(loop_number: int) -> int:
    """Return the first id of a machine: one loop device, one range.

    The kernel gives each number to one machine of the host at a time.
    """
    return (FIRST_RANGE + loop_number) * RANGE_SIZE


def adapt(config: dict[str, Any], *, root: str, first: int, hook: list[str]) -> None:
    """Change a container's configuration into a machine's, in place."""
    config["root"] = {"path": root, "readonly": False}
    linux = config["linux"]
    linux["uidMappings"] = linux["gidMappings"] = [{"containerID": 0, "hostID": first, "size": RANGE_SIZE}]
    # Inner containers mount a fresh /proc, which the kernel grants only where nothing of /proc is covered.
    linux["maskedPaths"] = linux["readonlyPaths"] = []
    # Docker would bind these from its own disk; the learner's lie on the learner's disk.
    config["mounts"] = [entry for entry in config["mounts"] if entry["destination"] not in DOCKER_FILES]
    for entry in config["mounts"]:
        # Groups of its own; and an inner --privileged container mounts a writable /sys, granted only where the outer
        # one is.
        if entry["type"] in ("cgroup", "sysfs"):
            entry["options"] = [option for option in entry["options"] if option != "ro"]
    if profile := config.get("annotations", {}).get(APPARMOR):
        # Said here, since the engine's dockerd does not see that the kernel has AppArmor. What is run in the machine
        # later has it, too: runc gives a process that names none its container's.
        config["process"]["apparmorProfile"] = profile
    hooks = config.setdefault("hooks", {})
    hooks.setdefault("createRuntime", []).append({"path": hook[0], "args": hook})
