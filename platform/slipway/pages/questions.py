"""The questions on a card: what is asked, what was answered, and what a prediction came to. No queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from slipway.grading.matching import number
from slipway.grading.seeds import seed_of
from slipway.grading.selectors import ExerciseState
from slipway.lessonfile import questions
from slipway.lessonfile.derived import outcome_id, right_answer
from slipway.lessonfile.model import AnswerField, Exercise, Option
from slipway.pages.wording import EMPTY, Wording


@dataclass(frozen=True)
class Choice:
    """One thing to choose, or one place to choose for it; `value` is what the form sends."""

    value: str
    text: SafeString
    is_chosen: bool = False


@dataclass(frozen=True)
class Item:
    """One thing to give a place, or a partner."""

    name: str
    text: SafeString
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class AnswerBox:
    """A question: a field to type into, or things to choose from. `said` is what was answered, in words.

    `most` is how many characters may be typed.
    """

    id: str
    label: SafeString
    kind: str
    value: str
    unit: str = ""
    is_prediction: bool = False
    choices: tuple[Choice, ...] = ()
    items: tuple[Item, ...] = ()
    said: SafeString = EMPTY
    most: int = questions.MAX_TYPED

    @property
    def is_kept(self) -> bool:
        """Tell whether it is a prediction that was made: it stays as it is, to be compared."""
        return self.is_prediction and bool(self.value)


@dataclass(frozen=True)
class Comparison:
    """A prediction beside what came out of it."""

    label: SafeString
    predicted: SafeString
    happened: SafeString
    is_same: bool
    why: SafeString


def boxes(content: Exercise, state: ExerciseState, wording: Wording) -> tuple[AnswerBox, ...]:
    """Return the questions of an exercise as their attempt sees them."""
    return tuple(_box(field, state, wording) for field in content.answers)


def _box(field: AnswerField, state: ExerciseState, wording: Wording) -> AnswerBox:
    answer = str(state.progress.answers.get(field.id, ""))
    seed = seed_of(state.progress.attempt_id, state.exercise.slug, field)
    return AnswerBox(
        id=field.id,
        label=wording.html(field.label),
        kind=field.kind,
        value=answer,
        unit=field.unit,
        is_prediction=field.is_prediction,
        choices=_choices(field, answer, wording) if field.kind in {"choice", "choices"} else (),
        items=_items(field, answer, seed, wording) if field.kind in {"order", "match"} else (),
        said=said(field, answer, wording),
    )


def _choices(field: AnswerField, answer: str, wording: Wording) -> tuple[Choice, ...]:
    found = questions.chosen(answer)
    return tuple(
        Choice(str(place), wording.html(option.text), option.id in found)
        for place, option in enumerate(field.options, start=1)
    )


def _items(field: AnswerField, answer: str, seed: str, wording: Wording) -> tuple[Item, ...]:
    """Return the items as they lie: what is to be ordered in the answer's order, each with where it may go."""
    mixed, found = questions.shuffled(field, seed), questions.chosen(answer)
    if field.kind == "match":
        return tuple(
            _item(field, place, option, wording, [(each, each.id == found.get(option.id)) for each in mixed])
            for place, option in enumerate(field.options, start=1)
        )
    # An option that the lesson got since the answer has no place in it.
    lying = sorted(mixed, key=lambda option: list(found).index(option.id) if option.id in found else len(found))
    return tuple(_place(field, mixed.index(option) + 1, option, wording, at) for at, option in enumerate(lying))


def _item(
    field: AnswerField, place: int, option: Option, wording: Wording, partners: Iterable[tuple[Option, bool]]
) -> Item:
    choices = tuple(
        Choice(str(at), wording.words(partner.partner), is_chosen)
        for at, (partner, is_chosen) in enumerate(partners, start=1)
    )
    return Item(f"{field.id}.{place}", wording.html(option.text), choices)


def _place(field: AnswerField, place: int, option: Option, wording: Wording, lies_at: int) -> Item:
    places = tuple(Choice(str(at + 1), SafeString(at + 1), at == lies_at) for at in range(len(field.options)))
    return Item(f"{field.id}.{place}", wording.html(option.text), places)


def said(field: AnswerField, answer: str, wording: Wording) -> SafeString:
    """Return an answer in words, as HTML."""
    if field.kind in questions.TYPED or not answer:
        return format_html("{} {}", answer, field.unit) if field.unit and answer else format_html("{}", answer)
    options = {option.id: option for option in field.options}
    found = [(options.get(name), options.get(partner)) for name, partner in questions.chosen(answer).items()]
    lines = [
        format_html("{} → {}", wording.html(option.text), wording.html(partner.partner)) if partner else text
        for option, partner in found
        if option is not None
        for text in [wording.html(option.text)]
    ]
    return format_html_join("; ", "{}", ((line,) for line in lines))


def comparisons(content: Exercise, state: ExerciseState, wording: Wording) -> tuple[Comparison, ...]:
    """Return the predictions of an exercise that was passed, each beside what came out."""
    if state.progress.status != state.progress.Status.PASSED:
        return ()
    answers: Mapping[str, str] = state.progress.answers
    results = state.verdict.results if state.verdict else []
    made = [field for field in content.answers if field.is_prediction and answers.get(field.id)]
    return tuple(_comparison(field, answers[field.id], results, wording) for field in made)


def _comparison(field: AnswerField, answer: str, results: list[dict[str, Any]], wording: Wording) -> Comparison:
    if field.kind in questions.CHOSEN:
        happened = right_answer(field)
        chosen = questions.chosen(answer)
        whys = [option.why for option in field.options if option.id in chosen and option.why and not option.is_right]
        shown, is_same = said(field, happened, wording), answer == happened
    else:
        # The check's own line says what it found, with the path before it.
        path = field.outcome.take if field.outcome else ""
        seen = next((result["observed"] for result in results if result["id"] == outcome_id(field)), "")
        happened = str(seen).removeprefix(f"{path} = ")
        whys, shown = [], said(field, happened, wording)
        is_same = _same(answer, happened)
    why = wording.html(whys[0]) if whys and not is_same else EMPTY
    return Comparison(wording.html(field.label), said(field, answer, wording), shown, is_same, why)


def _same(answer: str, happened: str) -> bool:
    """Compare numbers as numbers, texts without regard to blanks at their ends."""
    predicted, found = number(answer), number(happened)
    return answer.strip() == happened.strip() if predicted is None or found is None else predicted == found
