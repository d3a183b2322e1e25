"""What is missing on a machine, and what to type where nothing installs it."""

from pathlib import Path

import pytest

from slipway.command.errors import CommandError
from slipway.command.up import packages


def test_a_need_is_met_by_any_of_its_programs() -> None:
    """Valkey serves as well as Redis."""
    assert packages.missing([packages.REDIS], lambda program: program == "valkey-server") == []
    assert packages.missing([packages.REDIS], lambda _program: None) == [packages.REDIS]


def test_docker_is_wanted_only_where_none_answers() -> None:
    """An engine that answers is never replaced."""
    assert packages.DOCKER in packages.wanted(docker_answers=False, given={})
    assert packages.DOCKER not in packages.wanted(docker_answers=True, given={})


def test_another_redis_by_environment_is_enough() -> None:
    """Nothing is installed that would not be used."""
    assert packages.REDIS not in packages.wanted(
        docker_answers=True, given={"SLIPWAY_REDIS_URL": "redis://cache:6379/0"}
    )


def test_another_system_gets_the_command_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fedora has no apt-get: its own command is printed, and nothing is changed."""
    (tmp_path / "dnf").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "dnf").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="debootstrap") as refusal:
        packages.refuse_other_systems([packages.DEBOOTSTRAP])
    assert "sudo dnf install" in refusal.value.cure


def test_debians_redis_tools_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is that package's program under another name: no service is installed for it."""
    (tmp_path / "redis-check-rdb").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "redis-check-rdb").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    program = Path(packages.redis_program(tmp_path / "bin"))
    assert program.name == "redis-server"
    assert program.readlink() == tmp_path / "redis-check-rdb"
