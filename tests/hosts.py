"""A site with PostgreSQL and hosts that joined it, on one machine: each host in a network of its own, with its engine.

A host reaches the site by one address alone, and nothing but the gates listens there.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from tests.instance import PROJECT, Instance, free_port, wait_for

PROGRAMS = Path("/usr/lib/postgresql")
JOIN = re.compile(r"echo (\S+) \| ./slipway join")
SECONDS = 300


class Postgres:
    """A PostgreSQL of its own, in a folder of its own, as nobody but its own account."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._password = folder, secrets.token_hex(16)
        self._data, self.port = folder / "data", free_port()
        self._programs = max(PROGRAMS.glob("*/bin"))

    @property
    def url(self) -> str:
        """Return the database's address for SLIPWAY_DATABASE_URL."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Make it and start it."""
        self._folder.mkdir(mode=0o755)
        shutil.chown(self._folder, "postgres", "postgres")
        (password := self._folder / "password").write_text(self._password, encoding="ascii")
        shutil.chown(password, "postgres", "postgres")
        self._run("initdb", "-D", str(self._data), "-A", "scram-sha-256", "--no-sync", f"--pwfile={password}")
        options = f"-p {self.port} -k {self._folder} -c fsync=off -c max_connections=100 -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop it."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            ["runuser", "-u", "postgres", "--", str(self._programs / program), *words],
            check=True, capture_output=True, text=True, cwd="/",
        )  # fmt: skip

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Return what a query finds."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query, values).fetchall()


class Network:
    """A network namespace that one wire leads into."""

    def __init__(self, number: int) -> None:
        self.name, self._wire = f"swt{os.getpid()}-{number}", f"swt{number}"
        self.here, self.there = f"10.197.{number}.1", f"10.197.{number}.2"

    def make(self) -> None:
        """Make it, with a way to this machine and nowhere else."""
        self._ip("netns", "add", self.name)
        self._ip("link", "add", self._wire, "type", "veth", "peer", "name", "wire", "netns", self.name)
        self._ip("addr", "add", f"{self.here}/24", "dev", self._wire)
        self.up()
        for words in (
            ("addr", "add", f"{self.there}/24", "dev", "wire"),
            ("link", "set", "wire", "up"),
            ("link", "set", "lo", "up"),
            ("route", "add", "default", "via", self.here),
        ):
            self._ip("-n", self.name, *words)

    def up(self) -> None:
        """Plug the wire in."""
        self._ip("link", "set", self._wire, "up")

    def down(self) -> None:
        """Pull the wire out: nobody is told."""
        self._ip("link", "set", self._wire, "down")

    def remove(self) -> None:
        """Remove it."""
        self._ip("netns", "del", self.name)

    def inside(self, argv: Sequence[str]) -> list[str]:
        """Return the command that runs a program there."""
        return ["nsenter", f"--net=/run/netns/{self.name}", *argv]

    def _ip(self, *words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Host(Instance):
    """A host that joins a site."""

    def __init__(self, home: Path, network: Network) -> None:
        super().__init__(home)
        self.network = network
        self.environment = {
            name: value for name, value in self.environment.items() if not name.startswith("SLIPWAY_")
        } | {"SLIPWAY_HOME": str(home), "SLIPWAY_VENV": sys.prefix}

    def join(self, invitation: str = "") -> subprocess.CompletedProcess[str]:
        """Join with an invitation, or start again."""
        return subprocess.run(
            self.network.inside([str(PROJECT / "slipway"), "join"]), input=f"{invitation}\n", env=self.environment,
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip


class Hosts:
    """The site and all hosts."""

    def __init__(self, names: Sequence[str], environment: Mapping[str, str]) -> None:
        # A path of a socket holds 107 bytes, and pytest's own folders are longer.
        self.folder = Path(tempfile.mkdtemp(prefix="swt."))
        self.folder.chmod(0o755)
        self.postgres = Postgres(self.folder / "postgres")
        settings = {"SLIPWAY_DATABASE_URL": self.postgres.url, **environment}
        self.site = Instance(self.folder / "site", environment=settings)
        self.hosts = {name: Host(self.folder / name, Network(number)) for number, name in enumerate(names, 1)}

    def start(self) -> None:
        """Start the site alone."""
        self.postgres.start()
        for host in self.hosts.values():
            host.network.make()
        self.site.up()
        # To load the others into each engine would take minutes and show nothing more.
        images = self.site.home / "images.json"
        tags = json.loads(images.read_text(encoding="utf-8"))
        images.write_text(json.dumps({"lab-docker": tags["lab-docker"]}), encoding="utf-8")

    def begin_adding(self, name: str) -> "Adding":
        """Invite a host and have it join; both go on by themselves until `Adding.finish`."""
        return Adding(self, name)

    def remove(self) -> None:
        """Stop and delete all of it; the site last, since it may stop the machine's Docker Engine."""
        for host in self.hosts.values():
            host.remove()
            host.network.remove()
        self.site.remove()
        self.postgres.stop()
        shutil.rmtree(self.folder)

    def engine(self, name: str) -> Mapping[str, object]:
        """Return what the database knows of an engine."""
        fields = ("state", "lost_at", "drains_at", "seen_at")
        found = self.postgres.rows(f"SELECT {', '.join(fields)} FROM sandboxes_engine WHERE name = %s", name)  # noqa: S608
        return dict(zip(fields, found[0], strict=True))

    def place_of(self, sandbox: str) -> tuple[str, str]:
        """Return the engine and the state of a sandbox."""
        query = (
            "SELECT e.name, s.state FROM sandboxes_sandbox s LEFT JOIN sandboxes_engine e ON e.id = s.engine_id"
            " WHERE s.id = %s"
        )
        [(engine, state)] = self.postgres.rows(query, sandbox)
        return str(engine), str(state)


class Adding:
    """`engine add` at the site and `join` on the host, both at work."""

    def __init__(self, hosts: Hosts, name: str) -> None:
        host = hosts.hosts[name]
        site = next(iter(hosts.hosts.values())).network.here
        self._output = hosts.folder / f"add-{name}.out"
        words = ["engine", "add", name, "--address", host.network.there, "--site", site]
        with self._output.open("wb") as output:
            self._add = subprocess.Popen(
                [str(PROJECT / "slipway"), *words], env=hosts.site.environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_for(f"an invitation for {name}", lambda: JOIN.search(self.said) or self._add.poll(), seconds=60)  # type: ignore[arg-type, return-value]
        found = JOIN.search(self.said)
        assert found, self.said
        self.invitation = found[1]
        self.joined = host.join(self.invitation)
        assert self.joined.returncode == 0, self.joined.stdout + self.joined.stderr

    @property
    def said(self) -> str:
        """Return what `engine add` printed until now."""
        return self._output.read_text(encoding="utf-8")

    def finish(self) -> str:
        """Wait for the end of `engine add` and return all that it printed."""
        status = self._add.wait(timeout=SECONDS)
        assert status == 0, self.said
        return self.said
