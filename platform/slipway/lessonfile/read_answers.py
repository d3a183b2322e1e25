"""Read the questions of an exercise's card out of YAML. Pure: no Django, no IO."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from slipway.lessonfile.model import AnswerField, Option, Outcome
from slipway.lessonfile.nodes import Node
from slipway.lessonfile.problems import nearest
from slipway.lessonfile.questions import CHOSEN, KINDS
from slipway.lessonfile.read_subjects import read_looked_up
from slipway.lessonfile.read_text import Tongues, id_of, required, unique

DEFAULT_ANSWER = "answer"
LEAST_OPTIONS, MOST_OPTIONS = 2, 12
_KEYS = ("id", "label", "kind", "options", "unit", "predicts")
# What an option of each kind has beside its id, its text and why.
_OPTION_KEYS: Mapping[str, tuple[str, ...]] = {"choice": ("right",), "choices": ("right",), "match": ("with",)}


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """Reads `answer` or `answers` of one exercise."""

    tongues: Tongues

    def read(self, values: Mapping[str, Node]) -> tuple[AnswerField, ...]:
        """Return the questions in their order."""
        if "answer" in values and "answers" in values:
            values["answers"].problem("`answer` and `answers` stand side by side.", "Keep `answers`.")
        if "answer" in values:
            return (self._field(values["answer"], DEFAULT_ANSWER),)
        fields: list[AnswerField] = []
        ids: set[str] = set()
        for item in values["answers"].items("`answers`") if "answers" in values else []:
            field = self._field(item, "")
            unique(item, field.id, ids, "The answer field")
            fields.append(field)
        return tuple(fields)

    def _field(self, node: Node, default_id: str) -> AnswerField:
        values = node.mapping(_KEYS, "an answer field")
        if not default_id:
            required(node, values, "id", "The answer field")
        required(node, values, "label", "The answer field")
        kind = values["kind"].text("`kind`") if "kind" in values else "text"
        if kind not in KINDS:
            values["kind"].problem(f"There is no kind of answer `{kind}`.", nearest(kind, KINDS))
        if "unit" in values and kind != "number":
            values["unit"].problem("Only a number has a unit.", "Write `kind: number`, or remove `unit`.")
        options = self._options(node, values, kind)
        return AnswerField(
            id=id_of(values["id"], "The id of an answer field") if "id" in values else default_id,
            label=self.tongues.optional(values, "label", "The label of an answer"),
            kind=kind,
            options=options,
            unit=values["unit"].text("`unit`") if "unit" in values else "",
            is_prediction="predicts" in values,
            outcome=_outcome(values["predicts"], kind) if "predicts" in values else None,
        )

    def _options(self, node: Node, values: Mapping[str, Node], kind: str) -> tuple[Option, ...]:
        if kind not in CHOSEN:
            if "options" in values:
                values["options"].problem(f"`options` do not go with `{kind}`.", f"Write a kind: {', '.join(CHOSEN)}.")
            return ()
        given = required(node, values, "options", f"The question of the kind `{kind}`")
        if given is None:
            return ()
        ids: set[str] = set()
        items = given.items("`options`")
        options = [self._option(item, kind, ids) for item in items]
        if not LEAST_OPTIONS <= len(items) <= MOST_OPTIONS:
            given.problem(f"A question has {LEAST_OPTIONS} to {MOST_OPTIONS} options.", "Add or remove some.")
        _check_right(given, kind, options)
        # Whoever has all others in their places has the last one too.
        silent = options[-1:] if kind == "order" else [each for each in options if each.is_right and kind == "choice"]
        for item, option in zip(items, options, strict=True):
            if not option.why and option not in silent:
                item.problem(f"The option `{option.id}` does not say why.", "Add `why: …`, for who answers it wrongly.")
        return tuple(options)

    def _option(self, node: Node, kind: str, ids: set[str]) -> Option:
        values = node.mapping(["id", "text", "why", *_OPTION_KEYS.get(kind, ())], "an option")
        for key in ("id", "text", *(["with"] if kind == "match" else [])):
            required(node, values, key, "The option")
        option_id = id_of(values["id"], "The id of an option") if "id" in values else ""
        unique(node, option_id, ids, "The option")
        return Option(
            id=option_id,
            text=self.tongues.optional(values, "text", "The text of an option"),
            is_right="right" in values and values["right"].boolean("`right`"),
            partner=self.tongues.optional(values, "with", "`with`"),
            why=self.tongues.optional(values, "why", "`why`"),
        )


def _check_right(node: Node, kind: str, options: Collection[Option]) -> None:
    right = sum(option.is_right for option in options)
    if kind == "choice" and right != 1:
        node.problem(f"`choice` has one right option, and this one has {right}.", "Write `right: true` at one.")
    if kind == "choices" and right == 0:
        node.problem("No option is right, so the question can never be passed.", "Write `right: true` where it is.")
    partners = [tuple(option.partner.items()) for option in options]
    if kind == "match" and len(set(partners)) < len(partners):
        node.problem("Two options have the same `with`, so nobody can tell them apart.", "Word them differently.")


def _outcome(node: Node, kind: str) -> Outcome | None:
    """Return what a typed prediction is compared with; of one with options, the right one happens."""
    if kind in CHOSEN:
        if not (node.is_scalar and node.scalar("`predicts`") is True):
            node.problem("A prediction with options is compared with what is right.", "Write `predicts: true`.")
        return None
    if not node.is_mapping:
        node.problem(
            "`predicts` does not say what it is compared with.", "Write `{command: [docker, ps, -q], take: stdout}`."
        )
        return None
    found = read_looked_up(node, "`predicts`")
    return Outcome(*found) if found else None
