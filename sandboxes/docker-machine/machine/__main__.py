"""Start the machine's services: the stand-in Hub, containerd, dockerd. An init is PID 1; root, disk and groups are as the runtime made them.

Everything here runs on the toolset, so that a machine starts whatever the learner did to its own programs.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from groups import delegate_groups
from preload import bind_layers, copy_metadata

HUB_NAMES = "registry-1.docker.io index.docker.io docker.io"
TOKEN_NAMES = "auth.docker.io"
CONTAINERD = Path("/run/containerd/containerd.sock")
LOGS = Path("/var/log")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def complain(what: str, error: OSError) -> None:
    """Leave a line where the learner can find it, and go on: a machine with one broken service is still a machine."""
    line = f"slipway: {what}: {error.strerror or error}\n"
    sys.stderr.write(line)
    with (LOGS / "slipway.log").open("a") as log:
        log.write(line)


def write_names() -> None:
    """Name the machine and its Hub in /etc/hosts, once: the file is the learner's from then on. There is no resolver."""
    hosts = Path("/etc/hosts")
    if not hosts.exists() or "registry-1.docker.io" not in hosts.read_text(errors="replace"):
        hosts.write_text(
            f"127.0.0.1 localhost\n127.0.1.1 {os.uname().nodename}\n127.0.0.1 {HUB_NAMES}\n127.0.0.2 {TOKEN_NAMES}\n"
        )
        # Empty, a lookup asks 127.0.0.1, where nobody listens, and fails at once.
        Path("/etc/resolv.conf").write_text("")


def service(log: str, *argv: str, output: str | None = None) -> None:
    """Start a program that stays, its messages in LOGS/log, its standard output in LOGS/output if that is another file."""
    path = LOGS / log
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as messages, (LOGS / (output or log)).open("ab") as lines:
        subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=lines, stderr=messages, env={**os.environ, "PATH": PATH})


def start_hub() -> None:
    """Start registry and token server; both answer for Docker Hub's names."""
    service("hub/registry.log", "docker-registry", "serve", "/etc/slipway/hub/registry.yml", output="hub/access.log")
    service("hub/tokens.log", "/opt/slipway/python", "-I", "-S", "/opt/slipway/hub/tokens")


def start_docker() -> None:
    """Start containerd, then dockerd beside it: dockerd waits a full second for a containerd of its own."""
    CONTAINERD.unlink(missing_ok=True)
    service("containerd.log", "containerd", "--log-level", "warn")
    deadline = time.monotonic() + 10
    while not CONTAINERD.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    service(
        "dockerd.log", "dockerd", "--storage-driver", "overlay2", "--containerd", str(CONTAINERD), "--log-level", "warn",
        *sys.argv[1:],
    )  # fmt: skip


def main() -> None:
    """Do each step, whatever became of the others, then wait for ever at no cost."""
    for folder in (LOGS, Path("/run/lock")):
        folder.mkdir(parents=True, exist_ok=True)
    for what, step in (
        ("groups", delegate_groups),
        ("names", write_names),
        ("images on the shelf", copy_metadata),
        ("layers on the shelf", bind_layers),
        ("hub", start_hub),
        ("docker", start_docker),
    ):
        try:
            step()
        except OSError as error:
            complain(what, error)
    os.execv("/opt/slipway/busybox", ["busybox", "sleep", "infinity"])


main()
