"""Read checks and mistakes out of lesson.yaml. Pure: no Django, no IO."""

from collections.abc import Mapping
from dataclasses import dataclass

from slipway.lessonfile.matchers import Absent, AllOf, AtLeast, Each, Equals, Expectation, Matcher, Not
from slipway.lessonfile.model import Check, Mistake
from slipway.lessonfile.nodes import Node
from slipway.lessonfile.problems import nearest
from slipway.lessonfile.read_matchers import read_expectations, read_matcher
from slipway.lessonfile.read_subjects import OPTIONS, kind_of, read_subject, wanting
from slipway.lessonfile.read_text import Tongues, id_of, required, unique
from slipway.lessonfile.subjects import Answer, Command, Subject, Vm

_KINDS = {*OPTIONS, *(option for options in OPTIONS.values() for option in options), "expect"}
_SHOWN = {"id", "title", "message", "hint", "expected"}

# What a kind expects when the author leaves that path out: a check on a thing means that the thing is there.
_IMPLIED: Mapping[str, Expectation] = {
    **dict.fromkeys(("container", "image", "network", "volume", "file", "hub"), Expectation("exists", Equals(True))),
    **dict.fromkeys(("process", "history", "containers"), Expectation("count", AtLeast(1))),
    "port": Expectation("listening", Equals(True)),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a check may refer to: languages, answer fields and the number of hints of its exercise."""

    tongues: Tongues
    answers: frozenset[str]
    hints: int


def read_checks(node: Node | None, around: Surroundings) -> tuple[Check, ...]:
    """Return the checks of an exercise; each needs a title, for it is a line on the card."""
    checks: list[Check] = []
    ids: set[str] = set()
    for position, item in enumerate(node.items("`checks`") if node else [], start=1):
        values = item.mapping(_KINDS | _SHOWN, "a check")
        check_id = id_of(values["id"], "The id of a check") if "id" in values else str(position)
        unique(item, check_id, ids, "The check")
        title = required(item, values, "title", "The check")
        check = _read_check(item, values, around, check_id)
        if title and check:
            checks.append(check)
    if node and not node.raw.value:
        node.problem("An exercise without checks can never be passed.", "Add a check.")
    return tuple(checks)


def read_mistakes(node: Node | None, around: Surroundings) -> tuple[Mistake, ...]:
    """Return the mistakes of an exercise in their order."""
    mistakes = []
    ids: set[str] = set()
    for item in node.items("`mistakes`") if node else []:
        values = item.mapping(["id", "when", "say", "hint"], "a mistake")
        found = [required(item, values, key, "The mistake") for key in ("id", "when", "say")]
        if None in found:
            continue
        mistake_id = id_of(values["id"], "The id of a mistake")
        unique(values["id"], mistake_id, ids, "The mistake")
        say = around.tongues.text(values["say"], f"`say` of mistake `{mistake_id}`")
        mistakes.append(Mistake(mistake_id, _read_when(values["when"], around), say, _hint(values, around)))
    return tuple(mistakes)


def _read_when(node: Node, around: Surroundings) -> tuple[Check, ...]:
    items = node.items("`when`")
    if node.is_list and not items:
        node.problem("`when` is empty, so the mistake is always named.", "Write what is observed when it was made.")
    checks = [
        _read_check(item, item.mapping(_KINDS, "an item of `when`"), around, str(position))
        for position, item in enumerate(items, start=1)
    ]
    return tuple(check for check in checks if check)


def _read_check(node: Node, values: Mapping[str, Node], around: Surroundings, check_id: str) -> Check | None:
    kind = kind_of(node, values)
    subject = read_subject(kind, values) if kind else None
    if subject is None:
        return None
    if isinstance(subject, Answer) and subject.id not in around.answers:
        values["answer"].problem(f"There is no answer field `{subject.id}`.", nearest(subject.id, around.answers))
    if kind == "script" and "title" in values:
        required(node, values, "expected", "The script's check")
    tongues = around.tongues
    expect = _expectations(node, kind, subject, values.get("expect"))
    return Check(
        id=check_id,
        title=tongues.optional(values, "title", f"The title of check `{check_id}`"),
        subject=wanting(subject, (expectation.path for expectation in expect)),
        expect=expect,
        message=tongues.optional(values, "message", f"The message of check `{check_id}`"),
        hint=_hint(values, around),
        expected=tongues.optional(values, "expected", f"`expected` of check `{check_id}`"),
    )


def _hint(values: Mapping[str, Node], around: Surroundings) -> int | None:
    node = values.get("hint")
    if node is None:
        return None
    if not around.hints:
        node.problem("The exercise has no hints.", "Add `hints:`, or remove this line.")
        return None
    return node.integer("`hint`", 1, around.hints)


def _expectations(node: Node, kind: str, subject: Subject, expect: Node | None) -> tuple[Expectation, ...]:
    if kind == "script":
        if expect:
            expect.problem("A script judges by its exit status.", "Remove `expect`, or use `command`.")
        return (Expectation("exit_status", Equals(0)),)
    if isinstance(subject, Answer):
        return _answer(node, expect)
    found = read_expectations(expect) if expect else ()
    _check_can_fail(expect, found)
    implied = _implied_alone(subject) if not expect else None
    implied = implied or _IMPLIED.get(kind)
    if implied and implied.path not in {expectation.path for expectation in found}:
        return (implied, *found)
    if not found and not expect:
        node.problem(f"The check on `{kind}` expects nothing, so it cannot fail.", "Add `expect:`.")
    return found


def _implied_alone(subject: Subject) -> Expectation | None:
    """Return what a kind expects when the author wrote no `expect` at all."""
    match subject:
        case Vm(run=""):
            return Expectation("running", Equals(True))
        case Command() | Vm():
            return Expectation("exit_status", Equals(0))
        case _:
            return None


def _answer(node: Node, expect: Node | None) -> tuple[Expectation, ...]:
    if expect is None:
        node.problem("The check on `answer` expects nothing, so it cannot fail.", "Add `expect:`.")
        return ()
    matcher = read_matcher(expect)
    return (Expectation("value", matcher),) if matcher else ()


def _check_can_fail(expect: Node | None, found: tuple[Expectation, ...]) -> None:
    """Report a path that every state meets: a count of at least 0, or what is never absent."""
    for expectation in found:
        if expect and _always_holds(expectation.path, expectation.matcher):
            expect.problem(
                f"`{expectation.path}` is always so, so the check cannot fail.", "Expect what only the solution brings."
            )


def _always_holds(path: str, matcher: Matcher) -> bool:
    match matcher:
        case AtLeast(int() | float() as number):
            return path in {"count", "exit_status"} and number <= 0
        case AllOf(matchers):
            return bool(matchers) and all(_always_holds(path, inner) for inner in matchers)
        case Each(expect):
            return not expect
        case Not(Absent(True)) | Absent(False):
            return path in {"exists", "count", "exit_status", "listening"}
        case _:
            return False
