"""Read texts for people and plain names out of YAML. Pure: no Django, no IO."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from slipway.lessonfile.model import DEFAULT_LANGUAGE, Text
from slipway.lessonfile.nodes import Node
from slipway.lessonfile.problems import nearest

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
ID_SHAPE = "small letters, digits and single hyphens, a letter first, such as `first-run`"
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
MAX_TEXT = 4000
_CODE = re.compile(r"`[^`]*`|\{\{\w+\}\}")


@dataclass(frozen=True, slots=True)
class Tongues:
    """The languages that every text of a lesson must be written in."""

    languages: tuple[str, ...]

    def text(self, node: Node, what: str) -> Text:
        """Return the text by language. Report blanks, unknown languages and missing translations."""
        texts = self._texts(node, what)
        for language, text in texts.items():
            if len(text) > MAX_TEXT:
                node.problem(f"{what} is longer than {MAX_TEXT} characters in {language}.", "Move it into lesson.md.")
        for language in self.languages:
            if texts and language not in texts:
                node.problem(f"{what} has no translation `{language}`.", f"Write `{language}: …` beside the others.")
        return texts

    def optional(self, values: Mapping[str, Node], key: str, what: str) -> Text:
        """Return the text under a key, or no text at all."""
        return self.text(values[key], what) if key in values else {}

    def _texts(self, node: Node, what: str) -> dict[str, str]:
        if node.is_scalar:
            text = node.text(what)
            if not text:
                return {}
            # What holds no word of a language (a bare command, a number) is the same in every one.
            same = not any(letter.isalpha() for letter in _CODE.sub("", text))
            return dict.fromkeys(self.languages, text) if same else {DEFAULT_LANGUAGE: text}
        texts = {}
        for language, value in node.any_mapping(what).items():
            if LANGUAGE.fullmatch(language) and language in {*self.languages, DEFAULT_LANGUAGE}:
                texts[language] = value.text(f"{what} in {language}")
            else:
                value.problem(f"{what} has the unknown language `{language}`.", nearest(language, self.languages))
        return {language: text for language, text in texts.items() if text}


def required(node: Node, values: Mapping[str, Node], key: str, what: str) -> Node | None:
    """Return the node under a key; report its absence at the mapping's own line."""
    if key not in values:
        node.problem(f"{what} has no `{key}`.", f"Add `{key}: …`.")
    return values.get(key)


def id_of(node: Node, what: str) -> str:
    """Return an id, and report one that is malformed."""
    return node.name(what, ID, ID_SHAPE)


def unique(node: Node, value: str, taken: set[str], what: str) -> None:
    """Report an id that another one of the same kind has, and take it."""
    if value and value in taken:
        node.problem(f"{what} `{value}` exists twice.", "Give each its own.")
    taken.add(value)
