"""Limits of the running kernel that many machines on one host would otherwise meet."""

from pathlib import Path

from slipway.command.output import note
from slipway.command.steplog import StepLog

# Each machine may take 64, and the kernel counts those of all machines together with the host root's own.
INOTIFY_INSTANCES = 8192
INOTIFY = Path("/proc/sys/fs/inotify/max_user_instances")


def raise_limits(log: StepLog, path: Path = INOTIFY) -> str:
    """Raise fs.inotify.max_user_instances until the next boot, after saying so."""
    now = int(path.read_text(encoding="ascii"))
    if now >= INOTIFY_INSTANCES:
        return ""
    note(
        f"    raising fs.inotify.max_user_instances from {now} to {INOTIFY_INSTANCES}: machines share it with this host"
    )
    path.write_text(f"{INOTIFY_INSTANCES}\n", encoding="ascii")
    log.write(f"fs.inotify.max_user_instances: {now} → {INOTIFY_INSTANCES}")
    return f"fs.inotify.max_user_instances = {INOTIFY_INSTANCES}"
