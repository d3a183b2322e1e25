"""Questions of an exported exercise: they are answered in files there, those with options in words. Pure: no IO."""

import re
from collections.abc import Iterator, Mapping

from slipway.lessonfile.model import DEFAULT_LANGUAGE, AnswerField, Exercise, Text
from slipway.lessonfile.parameters import fill
from slipway.lessonfile.questions import CHOSEN

_HOW = {
    "choice": "one of these words",
    "choices": "the words that hold, in this order, as `one, other`",
    "order": "all these words in the right order, as `one, other`",
    "match": "each word with the one that it belongs to, as `one=two, two=one`",
}


def how_to_answer(exercise: Exercise | None, parameters: Mapping[str, str]) -> str:
    """Return what a step's text says about its questions, as Markdown; nothing when it asks none."""
    if exercise is None or not exercise.answers:
        return ""
    rows = [row for field in exercise.answers for row in _rows(exercise, field, parameters)]
    return "\n".join(["", "Type your answers into files:", "", *rows, ""])


def _rows(exercise: Exercise, field: AnswerField, parameters: Mapping[str, str]) -> Iterator[str]:
    label = _words(field.label, parameters) or field.id
    how = _HOW.get(field.kind, f"a number in {field.unit}" if field.unit else "")
    yield f"- {label}{f' ({how})' if how else ''}: `echo 'YOUR ANSWER' > /root/answers/{exercise.id}.{field.id}`"
    # Those to be ordered stand in the order of their names, which tells nothing.
    options = sorted(field.options, key=lambda option: option.id) if field.kind == "order" else field.options
    for option in options:
        yield f"    - `{option.id}`: {_words(option.text, parameters)}"
    for option in sorted(field.options, key=lambda option: option.id) if field.kind == "match" else ():
        yield f"    - belongs to one of them, `{option.id}`: {_words(option.partner, parameters)}"


def _words(text: Text, parameters: Mapping[str, str]) -> str:
    return re.sub(r"\s+", " ", fill(text.get(DEFAULT_LANGUAGE, ""), parameters)).strip()


def lost_in_questions(exercise: Exercise) -> Iterator[str]:
    """Yield what questions of this exercise lose on the other site, as the end of a sentence."""
    for field in exercise.answers:
        if field.is_prediction:
            yield f"what keeps the prediction `{field.id}` as it was, and compares it"
        if field.kind == "match":
            yield f"buttons for the question `{field.id}`, whose words in a file show what belongs together"
        elif field.kind in CHOSEN:
            yield f"buttons for the question `{field.id}`, which is answered in words in a file"
        if field.unit:
            yield f"other units than {field.unit} for the question `{field.id}`"
