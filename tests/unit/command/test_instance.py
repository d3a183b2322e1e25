"""An installation's names and paths follow from its folder."""

from pathlib import Path

import pytest

from slipway.command.errors import CommandError
from slipway.command.instance import SOCKET_PATH_BYTES, Instance


def test_two_installations_have_two_names(tmp_path: Path) -> None:
    """They never meet on one engine."""
    assert Instance(tmp_path / "one").name != Instance(tmp_path / "two").name


def test_the_name_is_that_of_the_real_folder(tmp_path: Path) -> None:
    """A link to an installation is that installation."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert Instance(tmp_path / "link").name == Instance(tmp_path / "real").name


def test_its_folders_are_its_owners_alone(tmp_path: Path) -> None:
    """Who reaches the engine's socket is root on this machine."""
    instance = Instance(tmp_path / "home")
    instance.prepare()
    assert [folder.stat().st_mode & 0o777 for folder in (instance.home, instance.run, instance.logs)] == [0o700] * 3


def test_a_path_too_long_for_sockets_is_refused(tmp_path: Path) -> None:
    """The kernel's own message would not say which path, nor what to do."""
    with pytest.raises(CommandError, match="too long") as refusal:
        Instance(tmp_path / ("x" * SOCKET_PATH_BYTES)).prepare()
    assert "SLIPWAY_HOME" in refusal.value.cure


@pytest.mark.parametrize("name", ["100%", "a;b", "a:b", "two\nlines"])
def test_a_path_with_characters_of_syntax_is_refused(tmp_path: Path, name: str) -> None:
    """Such a path would be read as something else by supervisord or Docker; nothing is made."""
    with pytest.raises(CommandError, match="a meaning"):
        Instance(tmp_path / name).prepare()
    assert not (tmp_path / name).exists()
