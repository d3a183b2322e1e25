"""Which tests run, and what they need."""

import pytest

from slipway.command.test import lanes, needs_nothing, targets

SUITES = ["browser", "engine", "unit"]


def test_a_suites_name_becomes_its_folder() -> None:
    """All else is pytest's to understand."""
    assert targets(["unit", "-k", "ports", "-x"], SUITES) == ["tests/unit", "-k", "ports", "-x"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], False),
        (["-x"], False),
        (["tests/unit"], True),
        (["tests/unit/command/test_ports.py", "-x"], True),
        (["tests/unit", "tests/inside"], True),
        (["tests/unit", "tests/engine"], False),
    ],
)
def test_two_suites_need_nothing(words: list[str], *, expected: bool) -> None:
    """Everything else prepares the machine first."""
    assert needs_nothing(words) is expected


def test_unit_tests_use_all_cores() -> None:
    """They share nothing."""
    assert "--numprocesses" in lanes(["tests/unit", "-x"])


@pytest.mark.parametrize("words", [[], ["-x"]])
def test_all_tests_run_in_groups(words: list[str]) -> None:
    """The engine's and the browser's wait for machines most of the time."""
    assert "loadscope" in lanes(words)


@pytest.mark.parametrize("words", [["tests/engine"], ["tests/unit", "--pdb"], ["-n0"]])
def test_other_tests_run_in_one_process(words: list[str]) -> None:
    """They share an engine, or somebody looks on."""
    assert lanes(words) == []
