"""Where a gate listens, as people write it. Pure."""

import ipaddress
import re
from dataclasses import dataclass

DEFAULT_PORT = 7443
LARGEST_PORT = 65535
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_BRACKETED = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::(\d{1,5}))?")


class AddressError(ValueError):
    """What was given is no address of a gate; the text says what to write."""


@dataclass(frozen=True, slots=True)
class GateAddress:
    """A host's name or address, and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse(text: str) -> GateAddress:
    """Return the address for HOST, HOST:PORT or [IPV6]:PORT. Raise `AddressError`."""
    if bracketed := _BRACKETED.fullmatch(text):
        host, port = bracketed[1], bracketed[2]
    elif text.count(":") > 1:
        host, port = text, None
    else:
        host, _, port = text.partition(":")
    host = host.lower()
    # What ends in a number is an address or nothing (WHATWG's URL standard says it likewise).
    is_name = _NAME.fullmatch(host) and not host.rpartition(".")[2].isdecimal()
    if not (_is_ip(host) or is_name) or (port is not None and port and not _is_port(port)):
        raise AddressError(f"{text!r} is no address: write HOST or HOST:PORT, such as 10.0.0.2:{DEFAULT_PORT}.")
    return GateAddress(host, int(port) if port else DEFAULT_PORT)


def _is_ip(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _is_port(text: str) -> bool:
    return text.isdecimal() and 1 <= int(text) <= LARGEST_PORT
