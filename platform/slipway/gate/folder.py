"""What a gate knows, as files of one folder: who it is, who the others are, and who was asked to join."""

import contextlib
import hashlib
import hmac
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from slipway.gate import identity
from slipway.gate.address import GateAddress

# The site, as the other hosts know it.
SITE = "site"
INVITED_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Peer:
    """Another gate: where it listens, and the certificates that it may come with; two while they are replaced."""

    name: str
    address: GateAddress
    certificates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one gate; nobody but its owner reads them, and each appears whole."""

    path: Path

    @classmethod
    def of(cls, home: Path) -> "Folder":
        """Return the folder of an installation."""
        return cls(home / "gate")

    @property
    def identity(self) -> Path:
        """Return the file of the gate's own key and certificate."""
        return self.path / "identity.pem"

    @property
    def next_identity(self) -> Path:
        """Return the file of those that replace them, while they are replaced."""
        return self.path / "identity.next.pem"

    @property
    def membership(self) -> Path:
        """Return the file in which a host that joined keeps what the site told it."""
        return self.path / "membership.json"

    @property
    def certificate(self) -> str:
        """Return the gate's own certificate."""
        return identity.certificate_in(self.identity)

    def listen_at(self, address: GateAddress) -> None:
        """Note where the gate listens."""
        self._write("address.json", asdict(address))

    def address(self) -> GateAddress | None:
        """Return where the gate listens, or None before anybody said so."""
        found = self._read("address.json")
        return GateAddress(**found) if found else None

    def peers(self) -> dict[str, Peer]:
        """Return the other gates by name."""
        names = sorted(path.stem for path in (self.path / "peers").glob("[a-z0-9]*.json"))
        return {name: peer for name in names if (peer := self.peer(name))}

    def peer(self, name: str) -> Peer | None:
        """Return another gate, or None when there is none of this name."""
        found = self._read(f"peers/{name}.json")
        return Peer(name, GateAddress(**found["address"]), tuple(found["certificates"])) if found else None

    def know(self, peer: Peer) -> None:
        """Remember a gate in the place of the one that had its name: what that one had is worth nothing from now on."""
        content = {"address": asdict(peer.address), "certificates": list(peer.certificates)}
        self._write(f"peers/{peer.name}.json", content)

    def forget(self, name: str) -> None:
        """Forget a gate and its invitation. Unknown counts as done."""
        for path in (self.path / "peers" / f"{name}.json", self._invitation(name)):
            path.unlink(missing_ok=True)

    def invite(self, name: str, *, secret: str, address: GateAddress) -> None:
        """Let whoever knows the secret join under a name, once, within an hour. An earlier invitation ends."""
        content = {"secret": _digest(secret), "until": time.time() + INVITED_SECONDS, "address": asdict(address)}
        self._write(f"invitations/{name}.json", content)

    def is_inviting(self) -> bool:
        """Tell whether anybody may join now."""
        return any(True for _ in self._invitations())

    def accept(self, *, secret: str, certificate: str) -> Peer | None:
        """Know from now on the one who was invited with this secret; return it, or None where nobody was."""
        for name, found in self._invitations():
            if not hmac.compare_digest(found["secret"], _digest(secret)):
                continue
            try:
                self._invitation(name).unlink()
            except FileNotFoundError:
                return None  # somebody else came with the same secret at the same moment
            peer = Peer(name, GateAddress(**found["address"]), (certificate,))
            self.know(peer)
            return peer
        return None

    def _invitations(self) -> list[tuple[str, dict[str, Any]]]:
        names = [path.stem for path in (self.path / "invitations").glob("[a-z0-9]*.json")]
        found = [(name, self._read(f"invitations/{name}.json")) for name in sorted(names)]
        return [(name, content) for name, content in found if content and content["until"] > time.time()]

    def _invitation(self, name: str) -> Path:
        return self.path / "invitations" / f"{name}.json"

    def version(self) -> tuple[tuple[str, int], ...]:
        """Return something that is another one when a file changed, came or went."""
        found = []
        for path in sorted(self.path.rglob("*")):
            with contextlib.suppress(FileNotFoundError):  # it went while we looked
                if path.is_file() and not path.name.startswith("."):
                    found.append((str(path), path.stat().st_mtime_ns))
        return tuple(found)

    def _write(self, name: str, content: dict[str, Any]) -> None:
        identity.write(self.path / name, json.dumps(content, indent=1).encode())

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
