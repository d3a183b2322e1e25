"""Commands of several hosts, as far as they need none: what they refuse, and what a host is started with."""

import io
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from slipway import databases
from slipway.command import parser
from slipway.command.address import Address
from slipway.command.errors import CommandError
from slipway.command.hosts import join, running
from slipway.command.instance import Instance
from slipway.command.up import programs
from slipway.command.up import run as up
from slipway.gate import identity
from slipway.gate.folder import Folder

PASSWORD = "p@ss/w?rd#%&: x"
MEMBERSHIP = {
    "name": "second",
    "database": {"NAME": "slip way", "USER": "us:er", "PASSWORD": PASSWORD},
    "redis": {"user": "", "password": PASSWORD, "number": "3"},
    "settings": {"SLIPWAY_POOL_SIZE": "7", "SLIPWAY_SNAPSHOTS": "2", "PATH": "/evil"},
}


def test_a_host_is_a_worker_of_the_site(tmp_path: Path) -> None:
    """Database and queue are sockets of this host; passwords survive their addresses; only our settings count."""
    given = {"SLIPWAY_SNAPSHOTS": "5", "SLIPWAY_VENV": "/v", "HOME": "/root"}
    found = join.settings(Instance(tmp_path), MEMBERSHIP, given)
    database = databases.parse(found["SLIPWAY_DATABASE_URL"])
    assert {key: database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "slip way", "USER": "us:er", "PASSWORD": PASSWORD, "HOST": str(tmp_path / "run" / "site"), "PORT": ""
    }  # fmt: skip
    login, _, rest = found["SLIPWAY_REDIS_URL"].removeprefix("unix://").partition("@")
    assert (unquote(login), rest) == (f":{PASSWORD}", f"{tmp_path}/run/site/redis.sock?db=3")
    assert found["SLIPWAY_ENGINE_NAME"] == "second"
    assert (found["SLIPWAY_POOL_SIZE"], found["SLIPWAY_SNAPSHOTS"]) == ("7", "5")
    assert not {"PATH", "HOME", "SLIPWAY_VENV"} & set(found)


def test_a_gate_runs_once_somebody_was_invited(tmp_path: Path) -> None:
    """A site of one host listens on no more than before."""
    where, given = Address("127.0.0.1", 8000), {"SLIPWAY_REDIS_URL": "redis://r"}
    names = [program.name for program in programs.programs(Instance(tmp_path), where, given)]
    assert "gate" not in names
    identity.make(Folder.of(tmp_path).identity, name="slipway", host="h")
    assert [each.name for each in programs.programs(Instance(tmp_path), where, given)] == [*names, "gate"]
    assert [each.name for each in programs.programs_of_host({})] == ["gate", "worker", "scheduler"]


def test_a_site_that_does_not_run_has_no_engines(tmp_path: Path) -> None:
    """The commands need its settings, which are those that its processes have."""
    with pytest.raises(CommandError, match="does not run here"):
        running.enter(Instance(tmp_path))


@pytest.mark.parametrize("command", ["up", "engine"])
def test_a_host_that_joined_is_no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """What belongs to the site is typed there."""
    identity.write(Folder.of(tmp_path).membership, b"{}")
    monkeypatch.setenv("SLIPWAY_HOME", str(tmp_path))
    with pytest.raises(CommandError, match="another Slipway"):
        _ = up.main(parser.build().parse_args(["up"])) if command == "up" else running.enter(Instance(tmp_path))


@pytest.mark.parametrize(("said", "why"), [("", "was not invited"), ("hello", "no whole invitation")])
def test_nobody_joins_without_an_invitation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, why: str
) -> None:
    """Neither by nothing nor by half a command."""
    monkeypatch.setenv("SLIPWAY_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "stdin", io.StringIO(said))
    with pytest.raises(CommandError, match=why):
        join.main(parser.build().parse_args(["join"]))
    assert not Folder.of(tmp_path).membership.exists()
