"""The host names of previews: PORT-TOKEN below the domain that the installation has for them. Pure: no IO.

TOKEN is the sandbox's id, 128 bits of which 122 are random. It names a preview and opens none: `passes.py` does.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

# Everything below is Slipway's own on every preview's host; the machine is never asked for it.
RESERVED = "/_slipway/"
MOST_PORT = 65_535
MAX_PATH = 2000

_LABEL = re.compile(r"([1-9][0-9]{0,4})-([0-9a-f]{32})", re.ASCII)
_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Place:
    """A port of a sandbox's machine."""

    sandbox_id: UUID
    port: int


@dataclass(frozen=True, slots=True)
class Domain:
    """What previews are named below: the address in SLIPWAY_PREVIEW_URL, and what follows from it."""

    scheme: str
    host: str
    port: int | None

    @classmethod
    def of(cls, url: str) -> "Domain":
        """Return the domain of an address. Raise `ValueError` with a sentence for one below which no host can be."""
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if parts.scheme not in ("http", "https") or not host or parts.path.strip("/") or parts.query:
            raise ValueError(f"{url} is no address of previews: write one such as https://preview.learn.example.")
        if not _NAME.fullmatch(host) or host.rpartition(".")[2].isdigit():
            raise ValueError(
                f"{host} can have no names below it, which previews need: write a name, not an IP address."
            )
        return cls(parts.scheme, host, port)

    @property
    def is_trustworthy(self) -> bool:
        """Tell whether browsers take secure cookies from it: over TLS, and on the loopback's own name."""
        return self.scheme == "https" or self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def pattern(self) -> str:
        """Return all its origins as Content-Security-Policy writes them."""
        return f"{self.scheme}://*.{self._suffix}"

    @property
    def _suffix(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    def origin(self, place: Place) -> str:
        """Return the origin of a preview."""
        return f"{self.scheme}://{place.port}-{place.sandbox_id.hex}.{self._suffix}"

    def place(self, host: str) -> Place | None:
        """Return what a Host header names, or None for any other host. Its port is the listener's, and is not read."""
        label, _, rest = host.lower().partition(".")
        match = _LABEL.fullmatch(label)
        if match is None or re.sub(r":[0-9]{1,5}\Z", "", rest) != self.host or int(match[1]) > MOST_PORT:
            return None
        return Place(UUID(match[2]), int(match[1]))


def path_of(wanted: str) -> str:
    """Return a path and query that lead nowhere but to the machine: anything else becomes the first page."""
    is_plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\", RESERVED)) and len(wanted) <= MAX_PATH
    return wanted if is_plain and not _UNPRINTABLE.search(wanted) else "/"
