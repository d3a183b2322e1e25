"""Versions are compared by their numbers."""

import pytest

from slipway.command.versions import at_least, parse


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("6.1.0-28-amd64", (6, 1, 0)),
        ("20.10.24+dfsg1", (20, 10, 24)),
        ("v28.2.2", (28, 2, 2)),
        ("Docker 26.1.5+dfsg1", (26, 1, 5)),
        ("6.18.44-fc-v782", (6, 18, 44)),
        ("", ()),
        ("unknown", ()),
    ],
)
def test_what_programs_print_is_understood(text: str, numbers: tuple[int, ...]) -> None:
    """Distributions add letters and hyphens of their own."""
    assert parse(text) == numbers


@pytest.mark.parametrize(
    ("text", "minimum", "is_enough"),
    [
        ("5.19.0", "5.19", True),
        ("5.4.0-190", "5.19", False),
        ("6.1", "5.19", True),
        ("1.41", "1.41", True),
        ("", "1", False),
    ],
)
def test_versions_are_compared_as_numbers(text: str, minimum: str, *, is_enough: bool) -> None:
    """5.4 is older than 5.19."""
    assert at_least(text, minimum) is is_enough
