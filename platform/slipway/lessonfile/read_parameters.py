"""Read `parameters` out of lesson.yaml. Pure: no Django, no IO."""

from collections.abc import Mapping

from slipway.lessonfile.model import Choose, Composed, Hex, Integer, ParameterSpec, Sample
from slipway.lessonfile.nodes import Node
from slipway.lessonfile.parameters import NAME, RESERVED, names_in
from slipway.lessonfile.problems import nearest
from slipway.lessonfile.words import WORDS

Source = Choose | Integer | Hex | Sample | Composed
_FORMS = ("choose", "integer", "hex", "word", "sample", "text")


def read_parameters(node: Node | None) -> tuple[ParameterSpec, ...]:
    """Return how each parameter is drawn, in the order of the file."""
    specs: list[ParameterSpec] = []
    for name, value in (node.any_mapping("parameters") if node else {}).items():
        check_name(value, name)
        if spec := _read_one(name, value, {spec.name for spec in specs}):
            specs.append(spec)
    return tuple(specs)


def check_name(node: Node, name: str) -> None:
    """Report a name that cannot stand between braces or as a shell variable."""
    if not NAME.fullmatch(name) or name in RESERVED:
        node.problem(
            f"A parameter cannot be named `{name}`.",
            "Write small letters, digits and _, a letter first, no word of Go's templates.",
        )


def _read_one(name: str, node: Node, earlier: set[str]) -> ParameterSpec | None:
    values = node.mapping([*_FORMS, "differs_from"], f"parameter `{name}`")
    forms = [form for form in _FORMS if form in values]
    if len(forms) != 1:
        node.problem(f"Parameter `{name}` must have one way to be drawn.", f"Write one of {', '.join(_FORMS)}.")
        return None
    source = _source(forms[0], values[forms[0]], f"`{forms[0]}` of parameter `{name}`")
    _check_names(values[forms[0]], source, earlier)
    return ParameterSpec(name, source, _differs_from(values, earlier)) if source else None


def _check_names(node: Node, source: Source | None, earlier: set[str]) -> None:
    """Report names in a value that are not drawn before it."""
    values = (source.text,) if isinstance(source, Composed) else source.values if isinstance(source, Choose) else ()
    for name in (name for value in values for name in names_in(value)):
        if name not in earlier:
            node.problem(f"`{name}` is no parameter above this one.", nearest(name, earlier))


def _source(form: str, node: Node, what: str) -> Source | None:
    match form:
        case "choose":
            values = _choices(node, what)
            return Choose(values) if values else None
        case "word":
            return Choose(_words(node, what))
        case "hex":
            return Hex(node.integer(what, 1, 64))
        case "integer":
            return _integer(node, what)
        case "text":
            return Composed(node.text(what))
        case _:
            return _sample(node, what)


def _choices(node: Node, what: str) -> tuple[str, ...]:
    values = tuple(item.text(f"An item of {what}") for item in node.items(what))
    if len(set(values)) < max(len(values), 2):
        node.problem(f"{what} needs two different values or more.", "Write `[one, two]`.")
        return ()
    return values


def _words(node: Node, what: str) -> tuple[str, ...]:
    name = node.text(what)
    if name not in WORDS:
        node.problem(f"{what} is no list of words.", nearest(name, WORDS))
    return WORDS.get(name, WORDS["animals"])


def _integer(node: Node, what: str) -> Integer | None:
    items = node.items(what)
    if len(items) == 2:  # noqa: PLR2004  (the lowest and the highest)
        lowest, highest = (item.integer(what, -(10**9), 10**9) for item in items)
        if lowest < highest:
            return Integer(lowest, highest)
    node.problem(f"{what} must be the lowest and the highest number.", "Write `[8100, 8999]`.")
    return None


def _sample(node: Node, what: str) -> Sample | None:
    values = node.mapping(["from", "count"], what)
    if values.keys() != {"from", "count"}:
        node.problem(f"{what} needs `from` and `count`.", "Write `{from: [one, two, three], count: 2}`.")
        return None
    source = values["from"]
    choices = _choices(source, what) if source.is_list else _words(source, what)
    if any(len(choice.split()) != 1 for choice in choices):
        source.problem(f"A value of {what} is not a single word.", "Write words without blanks.")
    return Sample(choices, values["count"].integer(f"`count` of {what}", 1, max(len(choices), 1)))


def _differs_from(values: Mapping[str, Node], earlier: set[str]) -> tuple[str, ...]:
    node = values.get("differs_from")
    if node is None:
        return ()
    items = node.items("differs_from") if node.is_list else [node]
    names = tuple(item.text("differs_from") for item in items)
    for item, name in zip(items, names, strict=True):
        if name not in earlier:
            item.problem(f"`{name}` is no parameter above this one.", nearest(name, earlier))
    return names
