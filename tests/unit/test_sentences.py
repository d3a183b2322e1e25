"""Sentences that are kept in English and told in the reader's language."""

from pathlib import Path

import pytest
from django.utils import translation

from slipway import sentences
from slipway.lessonfile import questions
from slipway.lessonfile.model import AnswerField, Option

GRADING = Path(sentences.__file__).parent / "grading"


def field(kind: str, unit: str = "") -> AnswerField:
    """Return a question of this kind with two options."""
    options = tuple(Option(name, {"en": name}, partner={"en": name}) for name in ("one", "two"))
    return AnswerField("x", {"en": "x"}, kind, unit=unit, options=options)


def test_a_sentence_is_told_with_what_stands_in_it() -> None:
    """Frames lie in frames; what the machine said stays as it was."""
    said = sentences.STEP_ENDED.format(status=3, said="no such file: {x}")
    kept = sentences.NOT_SET_UP.format(failure=sentences.SETUP_FAILED.format(step="Network", said=said))
    with translation.override("hi"):
        told = sentences.told(kept)
    assert told.startswith("मशीन में पाठ तैयार नहीं हुआ था: Network: यह एग्ज़िट स्टेटस 3")
    assert "no such file: {x}" in told
    with translation.override("en"):
        assert sentences.told(kept) == kept


@pytest.mark.parametrize("unknown", ["", "dockerd: exit 1", "{failure}", "%(x)s", "The machine failed", "क" * 5000])
def test_what_is_unknown_stays(unknown: str) -> None:
    """An engine's words, a program's, and nothing at all."""
    with translation.override("hi"):
        assert sentences.told(unknown) == unknown


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("choice", []),
        ("choice", ["9"]),
        ("choices", []),
        ("order", ["1=1", "2=1"]),
        ("order", ["1=1"]),
        ("match", ["1=1"]),
        ("text", ["many"]),
        ("text", ["3 parsecs"]),
    ],
)
def test_all_that_is_said_of_answers_is_known(kind: str, given: list[str]) -> None:
    """Lessons' code has no Django, so its sentences stand in a list, which must not fall behind."""
    with pytest.raises(questions.AnswerError) as error:
        questions.kept(field(kind, unit="KiB" if kind == "text" else ""), given, "seed")
    with translation.override("hi"):
        assert sentences.told(str(error.value)) != str(error.value)


def test_what_observing_says_is_known() -> None:
    """Likewise where a machine was looked at in vain."""
    source = (GRADING / "observing.py").read_text()
    first, second = "The machine could not be looked at (status ", "Check again; if it stays so, reset the machine."
    assert first in source
    assert second in source
    assert any(each.startswith(first) and each.endswith(second) for each in sentences.ELSEWHERE)
