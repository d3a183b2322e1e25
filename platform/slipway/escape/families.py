"""All families, in the order in which they are tried."""

from slipway.escape import application, forging, machine, terminal
from slipway.escape.attempts import Attempt

# Made by root of a machine, from inside it.
MACHINE: dict[str, tuple[Attempt, ...]] = {family: machine.read(family) for family in machine.FAMILIES}
CHECKS = forging.FAMILY
APPLICATION, TERMINAL = application.FAMILY, terminal.FAMILY
# At the running site.
SITE = (APPLICATION, TERMINAL)
ALL = (*MACHINE, CHECKS, *SITE)


def size() -> int:
    """Return how many attempts there are in all."""
    return sum(map(len, MACHINE.values())) + len(forging.FORGERIES) + len(application.ATTEMPTS) + len(terminal.ATTEMPTS)
