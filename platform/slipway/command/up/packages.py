"""The programs that Slipway needs on the host, and the packages that hold them."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slipway.command.errors import CommandError
from slipway.command.output import note
from slipway.command.steplog import StepLog


@dataclass(frozen=True, slots=True)
class Need:
    """A program that is found under any of these names, and Debian's package of it."""

    programs: Sequence[str]
    package: str
    why: str


DOCKER = Need(("dockerd",), "docker.io", "the Docker Engine that the engine for sandboxes runs on")
IPTABLES = Need(("iptables",), "iptables", "the Docker Engine's networks")
# Debian's redis-server is a link to a program of this package. The package redis-server would also start a service of
# its own, on a port and with data that are none of our business.
REDIS = Need(("redis-server", "valkey-server", "redis-check-rdb"), "redis-tools", "the queue of starts and checks")
DEBOOTSTRAP = Need(("debootstrap",), "debootstrap", "makes the images from Debian's packages where no registry answers")
ZSTD = Need(("zstd",), "zstd", "packs and unpacks disks where tests look on")
POSTGRES = Need(("pg_ctlcluster",), "postgresql", "the database of tests with several hosts")
IP = Need(("ip",), "iproute2", "the networks of tests with several hosts")
CHROMIUM = Need(("chromium", "chromium-browser", "google-chrome"), "chromium", "the browser that measures look through")
HEADLESS = Need(("chromium-headless-shell",), "chromium-headless-shell", "the browser that tests look through")

ON_OTHER_SYSTEMS = {
    "dnf": "dnf install moby-engine iptables-nft valkey debootstrap",
    "pacman": "pacman -S docker iptables-nft valkey debootstrap",
    "zypper": "zypper install docker iptables redis debootstrap",
    "apk": "apk add docker iptables redis debootstrap",
}


def wanted(*, docker_answers: bool, given: Mapping[str, str] = os.environ) -> list[Need]:
    """Return what this machine must have; Docker only where no engine answers, Redis only where no other is named."""
    redis = [] if {"SLIPWAY_REDIS_URL", "SLIPWAY_REDIS_URL_FILE"} & set(given) else [REDIS]
    return [DEBOOTSTRAP, *redis, *([] if docker_answers else [DOCKER, IPTABLES])]


def missing(needs: Sequence[Need], which: Callable[[str], object] = shutil.which) -> list[Need]:
    """Return the needs of which no program is on the PATH."""
    return [need for need in needs if not any(which(program) for program in need.programs)]


def refuse_other_systems(needs: Sequence[Need]) -> None:
    """Raise `CommandError` with the command to type when something is missing and there is no apt-get to install it."""
    absent = missing(needs)
    if not absent or shutil.which("apt-get"):
        return
    what = ", ".join(f"{need.programs[0]} ({need.why})" for need in absent)
    known = next((command for program, command in ON_OTHER_SYSTEMS.items() if shutil.which(program)), None)
    cure = f"type\n\n    sudo {known}\n" if known else "install them with this system's package manager,"
    raise CommandError(
        f"missing on this machine: {what}.",
        f"{cure}\nthen ./slipway up again. It installs them itself on Debian and Ubuntu.",
    )


def install(needs: Sequence[Need], log: StepLog) -> str:
    """Install what is missing with apt-get, after saying what and why."""
    absent = missing(needs)
    if not absent:
        return ""
    for need in absent:
        note(f"    installing {need.package}: {need.why}")
    _apt(log, "update", "-q")
    names = [need.package for need in absent]
    _apt(log, "install", "-qy", "--no-install-recommends", *names)
    return ", ".join(names)


def _apt(log: StepLog, *words: str) -> None:
    # Half a package is worse than a late end: Ctrl-C waits for dpkg.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    log.run(["apt-get", *words], environment=environment, must_finish=True)


def redis_program(links: Path) -> str:
    """Return the path of a Redis server; where there is only Debian's redis-tools, of a link that acts as one."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    target = shutil.which("redis-check-rdb")
    if target is None:
        raise CommandError("no Redis server is on the PATH.", "install redis-server or valkey-server.")
    link = links / "redis-server"
    links.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(target)
    return str(link)
