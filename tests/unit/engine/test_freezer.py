"""Which control groups are thawed with a machine: all of them, on plain folders in place of groups."""

import os
import resource
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.engine.sources import load

freezer = load("engine/runtime/freezer.py")


@pytest.fixture
def top(tmp_path: Path) -> Iterator[Path]:
    """Give the uppermost group; what is too deep for Python to remove is removed."""
    group = tmp_path / "top"
    group.mkdir()
    (group / "freezer.state").touch()
    yield group
    subprocess.run(["rm", "-rf", group], check=True)


def nest(top: Path, depth: int, name: str) -> int:
    """Make groups one in the other, the lowest with a switch; return that switch, open."""
    here = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        there = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there
    switch = os.open("freezer.state", os.O_RDWR | os.O_CREAT, dir_fd=here)
    os.close(here)
    return switch


@pytest.mark.parametrize(("depth", "name"), [(40, "g" * 240), (1500, "g")], ids=["long-names", "many-levels"])
def test_the_lowest_group_is_thawed(top: Path, depth: int, name: str) -> None:
    """Its path is longer than the kernel takes, or it lies deeper than Python calls itself. Few files are open."""
    switch = nest(top, depth, name)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (switch + 10, limits[1]))
    try:
        freezer.thaw(str(top))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert os.pread(switch, 20, 0) == b"THAWED"
    os.close(switch)


def test_every_group_of_many_is_thawed(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no number at which the rest stays frozen, and no branch is lost on the way up. Few stand for many."""
    groups = [top / branch / leaf for branch in "abc" for leaf in "xyz"]
    for group in groups:
        group.mkdir(parents=True)
    visited, names = Counter[int](), freezer.folders_in
    monkeypatch.setattr(freezer, "folders_in", lambda group: names(group) * 50)
    monkeypatch.setattr(freezer, "turn", lambda _, group: visited.update([os.fstat(group).st_ino]))
    freezer.thaw(str(top))
    assert {visited[group.stat().st_ino] for group in groups} == {50 * 50}


def test_what_withstands_is_told(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither time that ran out nor a switch that takes nothing passes for thawed."""
    (top / "low/freezer.state").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        freezer.thaw(str(top))
    monkeypatch.setattr(freezer, "PATIENCE_SECONDS", -1.0)
    with pytest.raises(TimeoutError, match="too many"):
        freezer.thaw(str(top))


def test_what_is_not_frozen_this_way_is_left(tmp_path: Path) -> None:
    """A hierarchy without a freezer, and a group that is gone."""
    (tmp_path / "low").mkdir()
    freezer.thaw(str(tmp_path))
    freezer.thaw(str(tmp_path / "none"))


def test_a_group_that_vanishes_is_passed_over(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was listed and is gone when its turn comes."""
    names = freezer.folders_in
    monkeypatch.setattr(freezer, "folders_in", lambda group: [*names(group), "gone"])
    (top / "low").mkdir()
    (top / "low/freezer.state").touch()
    freezer.thaw(str(top))
    assert (top / "low/freezer.state").read_bytes() == b"THAWED"
