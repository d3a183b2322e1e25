"""YAML with the place of every value: nodes that report what is wrong with them. Pure: no Django, no IO."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from slipway.lessonfile.matchers import Scalar
from slipway.lessonfile.problems import Problems, nearest

_TAG = "tag:yaml.org,2002:"
_MAX_DEPTH = 100
_KNOWN_TAGS = {f"{_TAG}{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp")}


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a YAML file."""

    raw: Any
    file: str
    problems: Problems

    @property
    def line(self) -> int:
        """Return the line where the value begins, from 1."""
        return int(self.raw.start_mark.line) + 1

    @property
    def is_mapping(self) -> bool:
        """Say whether it has keys."""
        return bool(self.raw.id == "mapping")

    @property
    def is_list(self) -> bool:
        """Say whether it has items."""
        return bool(self.raw.id == "sequence")

    @property
    def is_scalar(self) -> bool:
        """Say whether it is a single value."""
        return bool(self.raw.id == "scalar")

    def problem(self, message: str, instead: str = "") -> None:
        """Report a mistake at this place."""
        self.problems.add(self.file, self.line, message, instead)

    def mapping(self, known: Iterable[str], what: str) -> dict[str, "Node"]:
        """Return the values by key; report unknown and doubled keys and leave them out."""
        names = set(known)
        values = self.any_mapping(what)
        for key in [key for key in values if key not in names]:
            values.pop(key).problem(f"Unknown key `{key}` in {what}.", nearest(key, names))
        return values

    def any_mapping(self, what: str) -> dict[str, "Node"]:
        """Return the values by key, whatever the keys are; report doubled ones."""
        if not self.is_mapping:
            self.problem(f"{what} must have keys.", "Write `key: value` lines.")
            return {}
        values: dict[str, Node] = {}
        for key, value in self.raw.value:
            name = key.value if key.id == "scalar" else None
            if not isinstance(name, str):
                self.problem(f"A key of {what} is not a single word.", "Write plain text as the key.")
            elif name in values:
                self._child(key).problem(f"`{name}` stands twice in {what}.", "Keep one of them.")
            else:
                values[name] = self._child(value)
        return values

    def items(self, what: str) -> list["Node"]:
        """Return the items of a list; report anything else."""
        if self.is_list:
            return [self._child(item) for item in self.raw.value]
        self.problem(f"{what} must be a list.", "Begin each item with `- `.")
        return []

    def scalar(self, what: str) -> Scalar:
        """Return the value as YAML 1.2 reads it; report a list or a mapping and return an empty text."""
        if not self.is_scalar:
            self.problem(f"{what} must be a single value.", "Write one text, number, true or false.")
            return ""
        convert: Callable[[str], Scalar] = _SCALARS.get(self.raw.tag.removeprefix(_TAG), str)
        return convert(self.raw.value)

    def text(self, what: str) -> str:
        """Return a text that is not blank; a number is taken as it is written."""
        if not self.is_scalar or not self.raw.value.strip():
            self.problem(f"{what} must be a text.", "Write it between quotes.")
            return ""
        return str(self.raw.value)

    def integer(self, what: str, lowest: int, highest: int) -> int:
        """Return a whole number between both; report anything else and return the lowest."""
        value = self.scalar(what)
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            self.problem(f"{what} must be a whole number.", f"Write one from {lowest} to {highest}.")
            return lowest
        return value

    def boolean(self, what: str) -> bool:
        """Return true or false; report anything else and return false."""
        value = self.scalar(what)
        if not isinstance(value, bool):
            self.problem(f"{what} must be true or false.", "Write one of them.")
            return False
        return value

    def name(self, what: str, pattern: re.Pattern[str], shape: str) -> str:
        """Return a name that matches the pattern; `shape` says in words what it looks like."""
        value = self.text(what)
        if value and not pattern.fullmatch(value):
            self.problem(f"{what} `{value[:80]}` is no name.", f"Write {shape}.")
        return value

    def _child(self, raw: Any) -> "Node":
        return Node(raw, self.file, self.problems)


def _integer(text: str) -> int | str:
    digits = text.replace("_", "")
    for base in (10, 0):
        try:
            return int(digits, base)
        except ValueError:
            continue
    return text


_SCALARS: dict[str, Callable[[str], Scalar]] = {
    "int": _integer,
    "float": lambda text: float(text) if re.fullmatch(r"[-+.\deE]+", text) else text,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
}


def parse(source: str, file: str, problems: Problems) -> Node | None:
    """Read a YAML file. Report one problem and return None when it is no YAML, is empty, or uses anchors or tags."""
    if _flow_depth(source) > _MAX_DEPTH:
        problems.add(
            file, 1, "This is no YAML: brackets are nested too deeply.", "Write lists and mappings line by line."
        )
        return None
    try:
        raw = YAML(typ="safe", pure=True).compose(source)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problems.add(
            file,
            line,
            f"This is no YAML: {error.problem or error.context}.",
            "Look at this line's indent, colons and quotes.",
        )
        return None
    except (YAMLError, RecursionError, ValueError) as error:
        problems.add(
            file,
            1,
            f"This is no YAML: {str(error).splitlines()[0][:200]}.",
            "Look for strange characters and deep nesting.",
        )
        return None
    if raw is None:
        problems.add(file, 1, "The file is empty.", "Begin with `title:`.")
        return None
    node = Node(raw, file, problems)
    return node if _is_plain(node) else None


def _flow_depth(source: str) -> int:
    """Return how deep brackets are nested at most; the parser's time grows with its square."""
    depth = deepest = 0
    for letter in source:
        if letter in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "]}":
            depth = max(depth - 1, 0)
    return deepest


def _is_plain(root: Node) -> bool:
    """Say whether no anchor (what aliases and their bombs need) and no tag of its own is in the tree."""
    waiting = [root.raw]
    while waiting:
        raw = waiting.pop()
        place = Node(raw, root.file, root.problems)
        if raw.anchor:
            place.problem(
                f"`&{raw.anchor}` is an anchor, which lessons do not use.", "Write the value out where it is needed."
            )
            return False
        if raw.tag not in _KNOWN_TAGS:
            place.problem(f"`{raw.tag}` is a tag, which lessons do not use.", "Remove it.")
            return False
        if raw.id == "sequence":
            waiting.extend(raw.value)
        elif raw.id == "mapping":
            waiting.extend(part for pair in raw.value for part in pair)
    return True
