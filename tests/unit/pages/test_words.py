"""Wording of texts, times and counts."""

from datetime import UTC, datetime

import pytest

from slipway.pages import words


@pytest.mark.parametrize(("minutes", "shown"), [(25, "25 min"), (60, "1 h"), (215, "3 h 35 min")])
def test_lengths_of_time(minutes: int, shown: str) -> None:
    """Minutes are shown as hours where there are any."""
    assert words.span(minutes) == shown


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [(4096, "1 MB"), (31_400_000, "31 MB"), (999_600_000, "1.0 GB"), (1_240_000_000, "1.2 GB")],
)
def test_sizes(size_bytes: int, shown: str) -> None:
    """Megabytes are shown as gigabytes where there are a thousand."""
    assert words.size(size_bytes) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.4, "a few seconds"),
        (12, "about 20 seconds"),
        (50, "about 50 seconds"),
        (55, "about a minute"),
        (130, "about 2 min"),
        (5400, "about 1 h 30 min"),
    ],
)
def test_estimates_are_no_more_exact_than_they_are(seconds: float, shown: str) -> None:
    """Tens of seconds below a minute, then minutes."""
    assert words.about(seconds) == shown


def test_times_of_another_day_carry_the_date() -> None:
    """Today's times are short."""
    now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert words.clock(datetime(2026, 11, 24, 14, 2, tzinfo=UTC), now) == "14:02"
    assert words.clock(datetime(2026, 11, 8, 14, 2, tzinfo=UTC), now) == "8 Nov 14:02"


@pytest.mark.parametrize(("name", "letters"), [("Meera Krishnan", "MK"), ("asha", "AS"), ("Guest 4f2a", "G4")])
def test_initials(name: str, letters: str) -> None:
    """A person is two letters in the header."""
    assert words.initials(name) == letters


def test_names_in_a_row() -> None:
    """A list of names reads like a sentence."""
    assert words.listed(["English", "Hinglish"]) == "English and Hinglish"
    assert words.listed([]) == ""
