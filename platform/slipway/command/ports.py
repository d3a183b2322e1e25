"""Choosing the port that the pages are served on."""

import errno
import itertools
import socket
from collections.abc import Callable

from slipway.command.errors import CommandError

DEFAULT_PORT = 8000
TRIES = 100
HIGHEST = 65_535


def is_free(host: str, port: int) -> bool:
    """Return whether a server could listen there now."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except socket.gaierror as error:
        raise CommandError(
            f"{host} is no address of this machine.", "give --host an IP address, such as 0.0.0.0."
        ) from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself does: addresses of connections that have just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return False
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise CommandError(
                    f"{host} is no address of this machine.", "give --host one of: ip -brief address"
                ) from error
            return False
    return True


def following(port: int, wanted: int, free: Callable[[int], bool]) -> int:
    """Return the wanted port if it is free, else the first free one after another one. Zero wants none."""
    after = range(port + 1, min(port + TRIES, HIGHEST) + 1)
    for each in itertools.chain([wanted], after):
        if each not in {0, port} and free(each):
            return each
    raise CommandError(f"no port from {port + 1} on is free for previews.", "choose another port with --port.")


def choose(wanted: int | None, free: Callable[[int], bool]) -> int:
    """Return the wanted port, or without a wish the first free one from 8000 on.

    Raise `CommandError` when the wanted one is taken, or none is free.
    """
    if wanted is not None:
        if free(wanted):
            return wanted
        raise CommandError(f"port {wanted} is taken.", f"choose another one: ./slipway up --port {wanted + 1}")
    for port in range(DEFAULT_PORT, DEFAULT_PORT + TRIES):
        if free(port):
            return port
    raise CommandError(f"no port from {DEFAULT_PORT} to {DEFAULT_PORT + TRIES - 1} is free.", "name one with --port.")
