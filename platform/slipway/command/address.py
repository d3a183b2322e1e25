"""On which address the pages are served, and under which names people reach them."""

import json
import os
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  (named to be recognised: it is listened on only when asked for)


@dataclass(frozen=True, slots=True)
class Address:
    """What the web process listens on."""

    host: str
    port: int
    # Of previews, where they can have names: see `preview_url`.
    preview_port: int = 0

    @property
    def url(self) -> str:
        """Return what people type; SLIPWAY_URL goes before, when a proxy stands in front."""
        return os.environ.get("SLIPWAY_URL", "").rstrip("/") or f"http://{_spelled(self.public_host)}:{self.port}"

    @property
    def public_host(self) -> str:
        """Return the address that others reach this machine on, when it listens on all of them."""
        if self.host in EVERYWHERE:
            return _outward()
        return "localhost" if self.host == LOOPBACK else self.host

    @property
    def outward(self) -> str:
        """Return the address that this machine has on the way out."""
        return _outward() if self.host in {*EVERYWHERE, LOOPBACK} else self.host

    @property
    def probe_host(self) -> str:
        """Return the address on which this machine itself reaches the pages."""
        return LOOPBACK if self.host in EVERYWHERE else self.host

    @property
    def public_name(self) -> str:
        """Return the Host header of a request that comes by the public address."""
        return urlsplit(self.url).netloc

    @property
    def preview_url(self) -> str:
        """Return below which address previews have their names; empty where nobody said so.

        Names below localhost lead to the loopback in every browser.
        """
        given = os.environ.get("SLIPWAY_PREVIEW_URL", "").rstrip("/")
        return given or (f"http://localhost:{self.preview_port}" if urlsplit(self.url).hostname == "localhost" else "")

    @property
    def names(self) -> list[str]:
        """Return the host names that requests may carry."""
        names = ["localhost", LOOPBACK, "[::1]", _spelled(self.public_host)]
        if self.host in EVERYWHERE:
            names += [socket.gethostname(), socket.getfqdn()]
        return list(dict.fromkeys(name for name in names if name))


def load(path: Path) -> Address | None:
    """Return the address of the last `up`, if there was one."""
    try:
        return Address(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def save(path: Path, address: Address) -> None:
    """Remember the address for the next `up`, for `status` and for people."""
    path.write_text(json.dumps(asdict(address)) + "\n", encoding="utf-8")


def _outward() -> str:
    """Return the address that this machine has on the way out. Nothing is sent: connecting UDP only chooses a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "localhost"
        return str(probe.getsockname()[0])


def _spelled(host: str) -> str:
    return f"[{host}]" if ":" in host else host
