"""What is made of a question when a lesson is read: the checks, mistakes and right answer that it stands for.

Judging knows nothing of kinds of questions: they become ordinary matchers on what is kept of an answer. Pure: no
Django, no IO.
"""

import re

from slipway.lessonfile.matchers import Absent, Equals, Expectation, Matcher, Matches, Not
from slipway.lessonfile.model import AnswerField, Check, Mistake, Option, Text
from slipway.lessonfile.questions import CHOSEN
from slipway.lessonfile.subjects import Answer

_KEPT: Text = {"en": "Your prediction is kept", "hi-Latn": "Aapka andaza rakh liya gaya"}
_PREDICTION: Text = {"en": "your prediction", "hi-Latn": "aapka andaza"}
_OUTCOME: Text = {"en": "what comes out", "hi-Latn": "jo nikalta hai"}
_SEEN: Text = {"en": "What came out was seen", "hi-Latn": "Jo nikla, woh dekh liya gaya"}


def checks_of(field: AnswerField) -> tuple[Check, ...]:
    """Return the checks that a question stands for: none where the author says what is right."""
    given = Answer(field.id)
    if not field.is_prediction:
        found = (Expectation("value", Equals(right_answer(field))),)
        return (Check(f"answer-{field.id}", field.label, given, found),) if field.kind in CHOSEN else ()
    predicted = (Expectation("value", Absent(False)),)
    kept = Check(f"answer-{field.id}", _KEPT, given, predicted, expected=_PREDICTION)
    if field.outcome is None:
        return (kept,)
    seen = (Expectation(field.outcome.take, Absent(False)),)
    return kept, Check(outcome_id(field), _SEEN, field.outcome.subject, seen, expected=_OUTCOME)


def outcome_id(field: AnswerField) -> str:
    """Return the id of the check that sees what a prediction is compared with."""
    return f"outcome-{field.id}"


def mistakes_of(field: AnswerField) -> tuple[Mistake, ...]:
    """Return one mistake for each option that says why, `FIELD-OPTION`; a prediction is never wrong."""
    if field.is_prediction:
        return ()
    given = Answer(field.id)
    return tuple(
        Mistake(
            f"{field.id}-{option.id}",
            (Check("1", {}, given, (Expectation("value", _sign(field, option)),)),),
            option.why,
        )
        for option in field.options
        if option.why
    )


def right_answer(field: AnswerField) -> str:
    """Return the right one of a question with options, as it is kept."""
    match field.kind:
        case "choice" | "choices":
            return ", ".join(option.id for option in field.options if option.is_right)
        case "match":
            return ", ".join(f"{option.id}={option.id}" for option in field.options)
        case _:
            return ", ".join(option.id for option in field.options)


def _sign(field: AnswerField, option: Option) -> Matcher:
    """Return what an answer shows that is wrong about this option."""
    if field.kind == "order":
        # The first item that is not where it belongs: everything before it is right.
        before = [other.id for other in field.options[: field.options.index(option) + 1]]
        return Not(Matches(f"^{', '.join(map(re.escape, before))}(,|$)"))
    word = f"{option.id}={option.id}" if field.kind == "match" else option.id
    found = Matches(f"(^|, ){re.escape(word)}(,|$)")
    return found if not option.is_right and field.kind != "match" else Not(found)
