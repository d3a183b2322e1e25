"""Read what a check looks at out of YAML: one reader per kind. Pure: no Django, no IO."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from slipway.lessonfile import regexes
from slipway.lessonfile.nodes import Node
from slipway.lessonfile.parameters import PLACE, names_in
from slipway.lessonfile.problems import nearest
from slipway.lessonfile.subjects import (
    Answer,
    Command,
    Container,
    Containers,
    File,
    History,
    Http,
    Hub,
    Image,
    Network,
    Port,
    Process,
    Script,
    Subject,
    Vm,
    Volume,
)

MAX_SECONDS = 10
MAX_PORT = 65535

Values = Mapping[str, Node]

# What may stand beside each kind's own key.
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "container": (),
    "containers": (),
    "image": (),
    "network": (),
    "volume": (),
    "file": ("in_container",),
    "process": ("in_container",),
    "port": (),
    "http": (),
    "hub": ("search",),
    "command": ("as", "in_container", "timeout_seconds"),
    "history": (),
    "answer": (),
    "script": ("timeout_seconds",),
    "vm": ("run", "timeout_seconds"),
}


_COSTLY = ("logs", "content", "sha256", "console")


def wanting(subject: Subject, paths: Iterable[str]) -> Subject:
    """Return the subject so that it observes what is costly too, as far as these paths look at it."""
    wants = {path.partition(".")[0] for path in paths}.intersection(_COSTLY)
    if isinstance(subject, Container | File | Vm) and wants:
        return replace(subject, wants=tuple(sorted({*subject.wants, *wants})))
    return subject


def kind_of(node: Node, values: Values) -> str:
    """Return the one kind whose key is there; report none or several and return an empty text."""
    kinds = [kind for kind in OPTIONS if kind in values]
    if len(kinds) == 1:
        return kinds[0]
    wrong = f"has {len(kinds)} kinds" if kinds else "says nothing to look at"
    node.problem(f"The check {wrong}.", f"Write exactly one of {', '.join(OPTIONS)}.")
    return ""


def read_looked_up(node: Node, what: str) -> tuple[Subject, str] | None:
    """Return a subject and the path `take` of the value wanted from it, as `same_as` and `remember` have them."""
    known = {*OPTIONS, "take", *(option for options in OPTIONS.values() for option in options)}
    values = node.mapping(known, what)
    kind = kind_of(node, values)
    if kind in {"history", "answer"}:
        node.problem(f"{what} cannot look at `{kind}`.", "Look at the machine, such as `command: [uname, -r]`.")
        return None
    if "take" not in values:
        node.problem(f"{what} has no `take`.", "Write the path of the value, such as `take: stdout`.")
    subject = read_subject(kind, values) if kind else None
    if subject is None or "take" not in values:
        return None
    take = values["take"].text("`take`")
    return wanting(subject, [take]), take


def read_subject(kind: str, values: Values) -> Subject | None:
    """Return the subject of this kind; report options that belong to another kind."""
    for option in {option for options in OPTIONS.values() for option in options} - set(OPTIONS[kind]):
        if option in values:
            values[option].problem(f"`{option}` does not go with `{kind}`.", nearest(option, OPTIONS[kind]))
    return _READERS[kind](values[kind], values)


def _plain(kind: str, make: Callable[[str], Subject]) -> Callable[[Node, Values], Subject]:
    def read(node: Node, _: Values) -> Subject:
        return make(node.text(f"`{kind}`"))

    return read


def _optional(values: Values, key: str) -> str:
    return values[key].text(f"`{key}`") if key in values else ""


def _seconds(values: Values, default: float) -> float:
    if "timeout_seconds" not in values:
        return default
    return float(values["timeout_seconds"].integer("`timeout_seconds`", 1, MAX_SECONDS))


def _pattern(values: Values, key: str) -> str:
    pattern = _optional(values, key)
    if pattern and (trouble := regexes.trouble(PLACE.sub("x", pattern))):
        values[key].problem(f"`{key}` {trouble}.", "Write a narrower regular expression.")
    return pattern


def _containers(node: Node, _: Values) -> Subject:
    values = node.mapping(["name", "image", "label", "all"], "`containers`")
    if not values:
        node.problem("`containers` says nothing to choose by.", "Write `{all: true}`, or `name`, `image` or `label`.")
    return Containers(_pattern(values, "name"), _optional(values, "image"), _optional(values, "label"))


def _file(node: Node, values: Values) -> Subject:
    path = node.text("`file`")
    if not path.startswith(("/", "{{")):
        node.problem(f"The path `{path[:80]}` is not absolute.", "Begin it with `/`.")
    return File(path, _optional(values, "in_container"))


def _process(node: Node, values: Values) -> Subject:
    inside = _optional(values, "in_container")
    if node.is_scalar:
        return Process(node.text("`process`"), "", inside)
    choice = node.mapping(["name", "cmdline"], "`process`")
    if not choice:
        node.problem("`process` says nothing to choose by.", "Write `name:` or `cmdline:`.")
    return Process(_optional(choice, "name"), _pattern(choice, "cmdline"), inside)


def _port(node: Node, _: Values) -> Subject:
    text = node.text("`port`")
    if not PLACE.fullmatch(text) and not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_PORT):
        node.problem(f"`{text[:80]}` is no port.", "Write a number from 1 to 65535, or one `{{parameter}}`.")
    return Port(text)


def _http(node: Node, _: Values) -> Subject:
    if node.is_scalar:
        return Http(_url(node))
    values = node.mapping(["url", "method", "host", "in_container", "timeout_seconds"], "`http`")
    if "url" not in values:
        node.problem("`http` has no `url`.", "Write `url: http://localhost:8080/`.")
        return Http("")
    method = _optional(values, "method") or "GET"
    if method not in {"GET", "HEAD", "OPTIONS"}:
        node.problem(f"A check must not change anything by `{method[:20]}`.", "Write GET, HEAD or OPTIONS.")
    return Http(
        _url(values["url"]), method, _optional(values, "host"), _optional(values, "in_container"), _seconds(values, 3.0)
    )


def _url(node: Node) -> str:
    url = node.text("`url`")
    try:
        parts = urlsplit(PLACE.sub("1", url))
        good = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        node.problem(f"`{url[:80]}` is no address to ask.", "Write `http://HOST:PORT/PATH`.")
    return url


def _hub(node: Node, values: Values) -> Subject:
    return Hub(node.text("`hub`"), _optional(values, "search"))


def _command(node: Node, values: Values) -> Subject:
    if node.is_list:
        argv = tuple(item.text("A word of `command`") for item in node.items("`command`"))
    else:
        argv = ("/bin/sh", "-c", node.text("`command`"))
    if not argv:
        node.problem("`command` is empty.", "Write `[program, argument]` or a shell line.")
    inside = _optional(values, "in_container")
    return Command(argv, _optional(values, "as") or "root", inside, _seconds(values, 5.0))


def _history(node: Node, _: Values) -> Subject:
    if node.is_scalar:
        return History(_pattern({"history": node}, "history"))
    values = node.mapping(["matches", "exit_status", "after"], "`history`")
    if "matches" not in values:
        node.problem("`history` has no `matches`.", "Write `matches: REGEX`.")
    status = values["exit_status"].integer("`exit_status`", 0, 255) if "exit_status" in values else None
    return History(_pattern(values, "matches"), status, _pattern(values, "after"))


def _script(node: Node, values: Values) -> Subject:
    script = node.text("`script`")
    refuse_braces(node, script, "`script`")
    return Script(script, _seconds(values, 5.0))


def _vm(node: Node, values: Values) -> Subject:
    return Vm(node.text("`vm`"), _optional(values, "run"), _seconds(values, 3.0))


def refuse_braces(node: Node, script: str, what: str) -> None:
    """Report `{{name}}` in a script, where parameters are variables: a value filled in would be read as code."""
    for name in sorted(set(names_in(script))):
        node.problem(
            f"`{{{{{name}}}}}` is not filled into {what}.", f'Write `"${name}"`: parameters are variables there.'
        )


_READERS: Mapping[str, Callable[[Node, Values], Subject]] = {
    "container": _plain("container", Container),
    "containers": _containers,
    "image": _plain("image", Image),
    "network": _plain("network", Network),
    "volume": _plain("volume", Volume),
    "file": _file,
    "process": _process,
    "port": _port,
    "http": _http,
    "hub": _hub,
    "command": _command,
    "history": _history,
    "answer": _plain("answer", Answer),
    "script": _script,
    "vm": _vm,
}
