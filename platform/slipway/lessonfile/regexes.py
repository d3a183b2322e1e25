"""Regular expressions that authors write: valid, bounded, and able to fail. Pure: no IO."""

import re
from re import _constants, _parser  # type: ignore[attr-defined]  # the only way to look into a pattern
from typing import Any

MAX_LENGTH = 500
_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT}
_SENTENCES = ("", "\x00", "word", "two words\nand a line 12345")


def trouble(pattern: str) -> str:
    """Say what is wrong with a pattern, or nothing: too long, no pattern, always true, or slow beyond measure."""
    if len(pattern) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} characters"
    try:
        compiled = compile_pattern(pattern)
        tree = _parser.parse(pattern, re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is no regular expression ({error})"
    if all(compiled.search(sentence) for sentence in _SENTENCES):
        return "matches everything, so the check cannot fail"
    return "repeats a repetition, which can take for ever" if _explodes(tree) else ""


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern as all checks use it: `^` and `$` hold at each line."""
    return re.compile(pattern, re.MULTILINE)


def _explodes(tree: Any) -> bool:
    """Say whether an unbounded repetition holds nothing but another one, as in `(a+)+`."""
    return any(_item_explodes(operation, argument) for operation, argument in tree)


def _item_explodes(operation: Any, argument: Any) -> bool:
    if operation in _REPEATS:
        _, highest, body = argument
        if highest == _constants.MAXREPEAT and _is_only_repeats(body):
            return True
        return _explodes(body)
    return any(_explodes(body) for body in _bodies(operation, argument))


def _is_only_repeats(body: Any) -> bool:
    for operation, argument in body:
        if operation in _REPEATS and argument[1] == _constants.MAXREPEAT:
            continue
        inner = _bodies(operation, argument)
        if not inner or not any(_is_only_repeats(part) for part in inner):
            return False
    return len(body) > 0


def _bodies(operation: Any, argument: Any) -> list[Any]:
    if operation is _constants.SUBPATTERN:
        return [argument[-1]]
    return list(argument[1]) if operation is _constants.BRANCH else []
