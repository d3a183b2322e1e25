"""Which tests run, and what they need."""

import pytest

from slipway.command.test import is_unit_only, lanes, targets

SUITES = ["browser", "engine", "unit"]


def test_a_suites_name_becomes_its_folder() -> None:
    """All else is pytest's to understand."""
    assert targets(["unit", "-k", "ports", "-x"], SUITES) == ["tests/unit", "-k", "ports", "-x"]


@pytest.mark.parametrize(
    ("words", "is_unit"),
    [
        ([], False),
        (["-x"], False),
        (["tests/unit"], True),
        (["tests/unit/command/test_ports.py", "-x"], True),
        (["tests/unit", "tests/engine"], False),
    ],
)
def test_only_unit_tests_need_nothing(words: list[str], *, is_unit: bool) -> None:
    """Everything else prepares the machine first."""
    assert is_unit_only(words) is is_unit


def test_unit_tests_use_all_cores() -> None:
    """They share nothing."""
    assert "--numprocesses" in lanes(["tests/unit", "-x"])


@pytest.mark.parametrize("words", [[], ["tests/engine"], ["tests/unit", "--pdb"], ["tests/unit", "-n0"]])
def test_other_tests_run_in_one_process(words: list[str]) -> None:
    """They share an engine, or somebody looks on."""
    assert lanes(words) == []
