"""Questions on an exercise's card: how they are shown, and what an answer is kept as. Pure: no Django, no IO.

An answer is kept as one text, which ordinary matchers judge: what was typed, or ids of options. A page never names an
id: it sends places in what it showed, so that its source does not tell what is right.

    choice   kernel                 order    bios, loader, kernel
    choices  files, kernel          match    bios=bios, loader=kernel
"""

import random
import re
from collections.abc import Sequence
from fractions import Fraction

from slipway.lessonfile.model import AnswerField, Option
from slipway.lessonfile.units import UnitError, converted

TYPED = ("text", "number")
CHOSEN = ("choice", "choices", "order", "match")
KINDS = TYPED + CHOSEN
MAX_TYPED = 500
# As many digits as a float can tell apart: more would be no answer, and thousands no number for it.
_NUMBER = re.compile(r"([-+]?\d{1,15}(?:\.\d{1,15})?)\s*([^\d.].*)?")


class AnswerError(Exception):
    """An answer that cannot be taken; the text says what to do instead."""


def shuffled(field: AnswerField, seed: str) -> tuple[Option, ...]:
    """Return the options in another order than the right one, the same for the same seed, which is to be secret."""
    options = list(field.options)
    random.Random(seed).shuffle(options)  # noqa: S311  (the secret is the seed: an order this short tells nothing of it)
    if options == list(field.options):
        options = options[1:] + options[:1]
    return tuple(options)


def kept(field: AnswerField, given: Sequence[str], seed: str) -> str:
    """Return what is kept of an answer as a page sends it. Raise `AnswerError` when it is none.

    What is typed comes as it is, but for NULs, which PostgreSQL cannot keep; what is chosen as places from 1: `2`, or
    `ITEM=PLACE` of order and match.
    """
    if field.kind in TYPED:
        typed = "".join(given[:1]).replace("\0", "").strip()[:MAX_TYPED]
        return in_unit(field, typed) if field.unit and typed else typed
    places = [value for value in given if value]
    match field.kind:
        case "choice" | "choices":
            return written(field, ", ".join(_at(field.options, place).id for place in places))
        case "order":
            pairs = [_pair(value) for value in places]
            if len({place for _, place in pairs}) < len(pairs):
                raise AnswerError("Two items have the same place. Give each its own.")
            mixed = shuffled(field, seed)
            return written(field, ", ".join(_at(mixed, item).id for item, _ in sorted(pairs, key=_by_place)))
        case _:
            mixed = shuffled(field, seed)
            found = {_at(field.options, item).id: _at(mixed, place).id for item, place in map(_pair, places)}
            return written(field, ", ".join(f"{left}={right}" for left, right in found.items()))


def written(field: AnswerField, text: str) -> str:
    """Return an answer as it is kept from one in ids, as lessons have it. Raise `AnswerError` when it is none."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    ids = [option.id for option in field.options]
    match field.kind:
        case "choice":
            if len(words) != 1 or words[0] not in ids:
                raise AnswerError(_instead("Choose one answer", ids, words))
            return words[0]
        case "choices":
            if not words or not set(words) <= set(ids):
                raise AnswerError(_instead("Choose at least one answer", ids, words))
            return ", ".join(name for name in ids if name in words)
        case "order":
            if sorted(words) != sorted(ids):
                raise AnswerError(_instead("Give every item a place", ids, words))
            return ", ".join(words)
        case "match":
            pairs = dict(word.partition("=")[::2] for word in words)
            if set(pairs) != set(ids) or not set(pairs.values()) <= set(ids):
                raise AnswerError(_instead("Match every item", ids, words))
            return ", ".join(f"{name}={pairs[name]}" for name in ids)
        case _:
            return in_unit(field, text) if field.unit and "{{" not in text else text


def chosen(answer: str) -> dict[str, str]:
    """Return the ids of a kept answer, in their order, each with the one that it was matched with."""
    found = (word.partition("=") for word in answer.split(", ") if word)
    return {name: partner for name, _, partner in found}


def in_unit(field: AnswerField, typed: str) -> str:
    """Return a number in its field's unit, whichever of that sort it was typed in."""
    found = _NUMBER.fullmatch(typed)
    if not found:
        how = "such as `12`, with a point, no commas and at most 15 digits"
        raise AnswerError(f"Write a number in {field.unit}, {how}.")
    try:
        value = converted(Fraction(found[1]), (found[2] or "").strip() or field.unit, field.unit)
    except UnitError as error:
        raise AnswerError(str(error)) from error
    return str(int(value)) if value.denominator == 1 else f"{float(value):.9g}"


def _instead(what: str, ids: Sequence[str], words: Sequence[str]) -> str:
    unknown = [word for word in words if not set(word.split("=")) <= set(ids)]
    return f"{what}: there is no `{unknown[0][:60]}`." if unknown else f"{what}."


def _pair(value: str) -> tuple[str, str]:
    item, _, place = value.partition("=")
    return item, place


def _by_place(pair: tuple[str, str]) -> int:
    return _number(pair[1])


def _at(options: Sequence[Option], place: str) -> Option:
    number = _number(place)
    if not 1 <= number <= len(options):
        raise AnswerError("That answer is not among those on the card. Load the page again.")
    return options[number - 1]


def _number(place: str) -> int:
    return int(place) if re.fullmatch("[0-9]{1,3}", place) else 0
