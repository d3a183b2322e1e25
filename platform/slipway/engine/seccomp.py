"""Derive the machines' seccomp profile from moby's default one. Pure, but for being run as a program.

usage: python -m slipway.engine.seccomp DEFAULT.json >sandboxes/seccomp.json

DEFAULT.json is profiles/seccomp/default.json of moby, as in the source package of Debian's docker.io. The result is a
fixed point: deriving from it gives it again.
"""

import json
import sys
from pathlib import Path
from typing import Any

Profile = dict[str, Any]
ENOSYS = 38
AF_ALG = 38

# Denied whatever capabilities a machine has, by the reason why.
DENIED = {
    "programs, counters and page faults in the kernel: large surfaces with a long list of bugs": (
        "bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register"
    ),
    "the kernel itself is the host's": (
        "kexec_load kexec_file_load init_module finit_module delete_module reboot syslog lookup_dcookie acct"
    ),
    "files by handle reach beyond a mount": "open_by_handle_at",
    "quotas, swap, file system events and ports belong to the host": (
        "quotactl quotactl_fd swapon swapoff fanotify_init iopl ioperm vhangup"
    ),
    "the clock is everybody's": "settimeofday clock_settime stime",
    "keys are not in any namespace": "add_key request_key",
    "one call for many hides what is asked for in memory, where no rule sees it": "socketcall",
}
# A nested engine makes namespaces and mounts; fsopen and its family are how util-linux mounts.
NEEDED = (
    "clone unshare setns mount umount umount2 pivot_root sethostname setdomainname chroot mount_setattr move_mount"
    " open_tree fsopen fsconfig fsmount fspick"
)
# Answered as by an old kernel, so that glibc and runc fall back: keyctl's keyrings are in no namespace, and clone3
# hides its flags from seccomp.
ABSENT = "keyctl clone3"


def socket_rule() -> Profile:
    """Allow sockets of the families below AF_ALG, the kernel's crypto: none of the later ones has a use in a machine.

    "Less than" alone is safe here. A rule sees 64 bits and the kernel takes 32 of them as the family, so that whatever
    allows "greater than" allows every family.
    """
    below = {"index": 0, "op": "SCMP_CMP_LT", "value": AF_ALG}
    return {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [below]}


def derive(default: Profile) -> Profile:
    """Return the profile for machines."""
    denied = {name for names in DENIED.values() for name in names.split()}
    special = {*denied, *NEEDED.split(), *ABSENT.split(), "socket"}
    rules = [{**rule, "names": [name for name in rule["names"] if name not in special]} for rule in default["syscalls"]]
    return {
        **default,
        # The machine's own architecture alone: i386's socketcall hides a family from every rule.
        "archMap": [{**each, "subArchitectures": []} for each in default.get("archMap", [])],
        "syscalls": [
            *(rule for rule in rules if rule["names"]),
            {"names": NEEDED.split(), "action": "SCMP_ACT_ALLOW"},
            {"names": ABSENT.split(), "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS},
            socket_rule(),
        ],
    }


def main(path: str) -> None:
    """Write the derived profile to standard output."""
    json.dump(derive(json.loads(Path(path).read_text())), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
