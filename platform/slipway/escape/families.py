"""All families, in the order in which they are tried. Pure."""

from slipway.escape import application, forging, terminal
from slipway.escape.attempts import Attempt
from slipway.escape.machine import devices, docker, files, groups, kernel, mounts, namespaces, network, secrets

# Made by root of a machine, from inside it.
MACHINE: dict[str, tuple[Attempt, ...]] = {
    module.FAMILY: module.ATTEMPTS
    for module in (devices, mounts, groups, namespaces, kernel, docker, network, files, secrets)
}
CHECKS = forging.FAMILY
APPLICATION, TERMINAL = application.FAMILY, terminal.FAMILY
# At the running site.
SITE = (APPLICATION, TERMINAL)
ALL = (*MACHINE, CHECKS, *SITE)


def size() -> int:
    """Return how many attempts there are in all."""
    return sum(map(len, MACHINE.values())) + len(forging.FORGERIES) + len(application.ATTEMPTS) + len(terminal.ATTEMPTS)
