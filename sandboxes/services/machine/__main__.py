"""Start the machine's services: the stand-in Hub, containerd and dockerd if the image has them, the first shell.

An init is PID 1.

Root, disk and groups are as the runtime made them.

Everything here runs on the toolset, so that a machine starts whatever the learner did to its own programs.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from docker_init import free_init
from groups import delegate_groups
from preload import bind_layers, copy_metadata

HUB_NAMES = "registry-1.docker.io index.docker.io docker.io"
AUTHORITY_NAMES = "auth.docker.io"
DOWNLOADS_NAMES = "get.docker.com download.docker.com"
# An address of this machine, of those kept for documentation, where nobody listens. A loopback address no container
# could reach, and one of Docker's bridges Docker would then avoid.
NOBODY = "192.0.2.1"
RESOLVER = f"# This machine has no network beyond itself, and nobody who knows names.\nnameserver {NOBODY}\n"
ICMP_RATE = Path("/proc/sys/net/ipv4/icmp_ratelimit")
# Images with a Docker of their own have it here. Where it is absent, the learner may have installed one.
DOCKERD_PROGRAM = Path("/usr/libexec/slipway/dockerd")
CONTAINERD = Path("/run/containerd/containerd.sock")
DOCKERD = Path("/run/docker.sock")
# A service that a package enabled, as init finds it.
INSTALLED_DOCKER = Path("/etc/init.d/docker")
ENABLED_SERVICES = Path("/etc/rc2.d")
TOKENS = ("127.0.0.2", 443)
DOWNLOADS = ("127.0.0.3", 443)
DOWNLOADS_PROGRAM = Path("/opt/slipway/downloads")
# Tells who waits for the machine that it has no Docker to be waited for. /run is empty at each start.
READY = Path("/run/slipway-ready")
SOCKET_SECONDS = 10
# Its script gives dockerd 15 s, and the engine waits for a machine longer than this: READY_SECONDS there.
INSTALLED_DOCKER_SECONDS = 20
# As /etc/default/docker has them: read from here, they are there whatever became of that file.
DOCKERD_OPTIONS = ("--storage-driver", "overlay2", "--log-level", "warn")
LOGS = Path("/var/log")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def complain(what: str, error: Exception) -> None:
    """Leave a line where the learner can find it, and go on: a machine with one broken service is still a machine."""
    line = f"slipway: {what}: {error}\n"
    sys.stderr.write(line)
    with (LOGS / "slipway.log").open("a") as log:
        log.write(line)


def write_names() -> None:
    """Name the machine and its Hub in /etc/hosts, once: the file is the learner's from then on."""
    hosts = Path("/etc/hosts")
    if not hosts.exists() or "registry-1.docker.io" not in hosts.read_text(errors="replace"):
        downloads = f"{DOWNLOADS[0]} {DOWNLOADS_NAMES}\n" if DOWNLOADS_PROGRAM.exists() else ""
        hosts.write_text(
            f"127.0.0.1 localhost\n127.0.1.1 {os.uname().nodename}\n"
            f"127.0.0.1 {HUB_NAMES}\n{TOKENS[0]} {AUTHORITY_NAMES}\n{downloads}"
        )
        Path("/etc/resolv.conf").write_text(RESOLVER)


def refuse_at_once() -> None:
    """Let lookups and connections to elsewhere fail at once, here and in containers, which would else wait for seconds.

    An unlimited rate of ICMP errors is this machine's alone: nobody else is there to be flooded.
    """
    ICMP_RATE.write_text("0")
    subprocess.run(["/opt/slipway/busybox", "ip", "address", "add", f"{NOBODY}/32", "dev", "lo"], check=True)


def service(log: str, *argv: str, output: str | None = None, keep: Sequence[int] = ()) -> None:
    """Start a program that stays, its messages in a log below LOGS, its output in another one if that is named."""
    path = LOGS / log
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as messages, (LOGS / (output or log)).open("ab") as lines:
        environment = {**os.environ, "PATH": PATH}
        subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=lines, stderr=messages, env=environment, pass_fds=keep)


def wait_for(path: Path) -> None:
    """Wait until a service has made its socket, but not for ever."""
    deadline = time.monotonic() + SOCKET_SECONDS
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.005)


def wait_for_dockerd_to_answer() -> None:
    """Ask once: dockerd opens its socket early and answers when it is ready."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SOCKET_SECONDS)
        connection.connect(str(DOCKERD))
        connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
        connection.recv(1)


def start_registry() -> None:
    """Start the registry that answers for Docker Hub's names."""
    service("hub/registry.log", "docker-registry", "serve", "/etc/slipway/hub/registry.yml", output="hub/access.log")


def start_server(address: tuple[str, int], program: str, log: str) -> None:
    """Start a server of ours on a socket that listens before it runs: who asks early waits in the socket's queue."""
    with socket.create_server(address, backlog=64) as listener:
        if DOCKERD_PROGRAM.exists():
            # Nothing should slow dockerd down.
            wait_for(DOCKERD)
            wait_for_dockerd_to_answer()
        descriptor = listener.fileno()
        argv = ("/opt/slipway/python", "-I", "-S", program, str(descriptor))
        service(log, *argv, keep=(descriptor,))


def start_tokens() -> None:
    """Start the Hub's token server."""
    start_server(TOKENS, "/opt/slipway/hub/tokens", "hub/tokens.log")


def start_downloads() -> None:
    """Start what answers for the addresses that Docker is installed from, in images that have it."""
    if DOWNLOADS_PROGRAM.exists():
        start_server(DOWNLOADS, str(DOWNLOADS_PROGRAM), "downloads.log")


def start_containerd() -> None:
    """Start containerd first.

    Dockerd waits a full second for one of its own, and the shelf is filled while this one gets ready.
    """
    if not DOCKERD_PROGRAM.exists():
        return
    CONTAINERD.unlink(missing_ok=True)
    service("containerd.log", "containerd", "--log-level", "warn")


def start_dockerd() -> None:
    """Start dockerd as soon as containerd answers."""
    if not DOCKERD_PROGRAM.exists():
        return
    wait_for(CONTAINERD)
    service("dockerd.log", str(DOCKERD_PROGRAM), "--containerd", str(CONTAINERD), *DOCKERD_OPTIONS)


def start_shell() -> None:
    """Have the first terminal's shell at its prompt before anybody comes to it: come, and leave at once."""
    attach = ("/opt/slipway/python", "-I", "-S", "/opt/slipway/terminal/attach.py", "1")
    subprocess.run(attach, input=b"", stdout=subprocess.PIPE, env={**os.environ, "PATH": PATH}, check=True)


def start_installed_docker() -> None:
    """Start a Docker that the learner installed, as an init does after a boot: if its package enabled the service."""
    if DOCKERD_PROGRAM.exists() or not any(ENABLED_SERVICES.glob("S[0-9][0-9]docker")):
        return
    with (LOGS / "boot.log").open("ab") as log:
        subprocess.run(
            [str(INSTALLED_DOCKER), "start"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={"PATH": PATH},
            check=True,
            timeout=INSTALLED_DOCKER_SECONDS,
        )


def tell_ready() -> None:
    """Say that the machine is up. One with a Docker of its own is when that answers."""
    if not DOCKERD_PROGRAM.exists():
        READY.touch()


def main() -> None:
    """Do each step, whatever became of the others, then wait for ever at no cost."""
    for folder in (LOGS, Path("/run/lock")):
        folder.mkdir(parents=True, exist_ok=True)
    DOCKERD.unlink(missing_ok=True)
    for what, step in (
        ("groups", delegate_groups),
        ("containerd", start_containerd),
        ("names", write_names),
        ("images on the shelf", copy_metadata),
        ("layers on the shelf", bind_layers),
        ("dockerd", start_dockerd),
        ("docker-init", free_init),
        ("network", refuse_at_once),
        ("registry", start_registry),
        ("tokens", start_tokens),
        ("downloads", start_downloads),
        ("shell", start_shell),
        ("installed Docker", start_installed_docker),
        ("ready", tell_ready),
    ):
        try:
            step()
        except (OSError, subprocess.SubprocessError) as error:
            complain(what, error)
    # A service that ends leaves no zombie, which others would take for one that runs. That outlasts the next line.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.execv("/opt/slipway/busybox", ["busybox", "sleep", "infinity"])


main()
