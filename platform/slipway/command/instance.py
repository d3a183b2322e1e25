"""One installation of Slipway on a machine: its folder, and the names and paths that follow from it."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from slipway.command.errors import CommandError
from slipway.sandboxes.policy import FILE

PROJECT = Path(__file__).resolve().parents[3]
# The first account, which `up` makes.
ADMIN = "admin"
# What supervisord's configuration and Docker's mounts read as syntax.
_SYNTAX = frozenset("%;,:\"'\\\n\r\t")
# A unix socket's address has 108 bytes, the last one zero (man 7 unix).
SOCKET_PATH_BYTES = 107


@dataclass(frozen=True, slots=True)
class Instance:
    """An installation. Two with different folders share nothing but images and the host's Docker Engine."""

    home: Path

    @classmethod
    def from_environment(cls) -> "Instance":
        """Return the installation that SLIPWAY_HOME names; `slipway` always sets it."""
        return cls(Path(os.environ.get("SLIPWAY_HOME", PROJECT / ".slipway")).absolute())

    @property
    def name(self) -> str:
        """Return the name that everything of this installation on the host's engine begins with."""
        return f"slipway-{hashlib.sha256(os.fsencode(self.home.resolve())).hexdigest()[:8]}"

    @property
    def run(self) -> Path:
        """Return the folder of sockets and generated configuration."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        """Return the folder of logs."""
        return self.home / "log"

    @property
    def engine_socket(self) -> Path:
        """Return the socket of the engine for sandboxes."""
        return self.run / "engine" / "engine.sock"

    @property
    def redis_socket(self) -> Path:
        """Return the socket of this installation's own Redis."""
        return self.run / "redis.sock"

    @property
    def images(self) -> Path:
        """Return the file that maps the names of sandbox images to their content-hashed tags."""
        return self.home / "images.json"

    @property
    def site(self) -> Path:
        """Return the file that remembers on which address the pages are served."""
        return self.home / "site.json"

    @property
    def prepared(self) -> Path:
        """Return what `site prepare` found, for the command that called it."""
        return self.run / "prepared.json"

    @property
    def admin_password(self) -> Path:
        """Return the file that holds the first password of the account `admin`."""
        return self.home / "admin-password"

    @property
    def policy(self) -> Path:
        """Return the operator's file of policies, which need not exist."""
        return self.home / FILE

    @property
    def runtimes(self) -> Path:
        """Return the folder of programs that may take runc's place, which need not exist."""
        return self.home / "runtimes"

    def inside(self, name: str) -> "Instance":
        """Return an installation of its own below this one, for tests and proofs."""
        return Instance(self.home / name)

    @property
    def socket_path_excess(self) -> int:
        """Return by how many bytes the longest socket's path is too long; 0 or less is fine."""
        return len(os.fsencode(self.engine_socket)) - SOCKET_PATH_BYTES

    def prepare(self) -> None:
        """Make the folders; raise `CommandError` when the path is too long for a socket or has characters of syntax."""
        if found := sorted(_SYNTAX & set(str(self.home))):
            raise CommandError(
                f"{str(self.home)!r} has {' '.join(map(repr, found))}, which configuration files give a meaning.",
                "set SLIPWAY_HOME to a path without such characters, such as /var/lib/slipway.",
            )
        if self.socket_path_excess > 0:
            raise CommandError(
                f"{self.home} is {self.socket_path_excess} bytes too long: a socket's address has {SOCKET_PATH_BYTES}.",
                "set SLIPWAY_HOME to a shorter path, such as /var/lib/slipway.",
            )
        for folder in (self.home, self.run, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
