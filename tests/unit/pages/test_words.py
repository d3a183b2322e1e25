"""Wording of texts, times and counts."""

from datetime import UTC, datetime

import pytest

from slipway.pages import words


@pytest.mark.parametrize(("minutes", "shown"), [(25, "25 min"), (60, "1 h"), (215, "3 h 35 min")])
def test_lengths_of_time(minutes: int, shown: str) -> None:
    """Minutes are shown as hours where there are any."""
    assert words.span(minutes) == shown


def test_a_text_falls_back_to_english_and_then_to_any() -> None:
    """A text that is not there in a language is shown in English, else in the one that is there."""
    assert words.pick({"en": "File", "hi-Latn": "Patra"}, "hi-Latn") == "Patra"
    assert words.pick({"en": "File"}, "hi-Latn") == "File"
    assert words.pick({"hi-Latn": "Patra"}, "en") == "Patra"
    assert words.pick({}, "en") == ""


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
