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
# Docker's own bridge, where nobody listens: lookups fail at once, here and in containers, which would else ask a server that no packet
# reaches and wait ten seconds.
RESOLVER = "# This machine has no network beyond itself, and nobody who knows names.\nnameserver 172.17.0.1\n"
CONTAINERD = Path("/run/containerd/containerd.sock")
CONTAINERD_SECONDS = 10
LOGS = Path("/var/log")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def complain(what: str, error: OSError) -> None:
    """Leave a line where the learner can find it, and go on: a machine with one broken service is still a machine."""
    line = f"slipway: {what}: {error.strerror or error}\n"
    sys.stderr.write(line)
    with (LOGS / "slipway.log").open("a") as log:
        log.write(line)


def write_names() -> None:
    """Name the machine and its Hub in /etc/hosts, once: the file is the learner's from then on."""
    hosts = Path("/etc/hosts")
    if not hosts.exists() or "registry-1.docker.io" not in hosts.read_text(errors="replace"):
        hosts.write_text(
            f"127.0.0.1 localhost\n127.0.1.1 {os.uname().nodename}\n127.0.0.1 {HUB_NAMES}\n127.0.0.2 {TOKEN_NAMES}\n"
        )
        Path("/etc/resolv.conf").write_text(RESOLVER)


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


def start_containerd() -> None:
    """Start containerd first: dockerd waits a full second for one of its own, and the shelf is filled while this one gets ready."""
    CONTAINERD.unlink(missing_ok=True)
    service("containerd.log", "containerd", "--log-level", "warn")


def start_dockerd() -> None:
    """Start dockerd as soon as containerd answers."""
    deadline = time.monotonic() + CONTAINERD_SECONDS
    while not CONTAINERD.exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    service("dockerd.log", "dockerd", "--storage-driver", "overlay2", "--containerd", str(CONTAINERD), "--log-level", "warn")


def main() -> None:
    """Do each step, whatever became of the others, then wait for ever at no cost."""
    for folder in (LOGS, Path("/run/lock")):
        folder.mkdir(parents=True, exist_ok=True)
    for what, step in (
        ("groups", delegate_groups),
        ("containerd", start_containerd),
        ("names", write_names),
        ("images on the shelf", copy_metadata),
        ("layers on the shelf", bind_layers),
        ("dockerd", start_dockerd),
        ("hub", start_hub),
    ):
        try:
            step()
        except OSError as error:
            complain(what, error)
    os.execv("/opt/slipway/busybox", ["busybox", "sleep", "infinity"])


main()
