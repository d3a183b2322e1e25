"""Blocks of code in lessons: highlighted, with the buttons that go with their language. Pure: no Django, no IO."""

import re
from functools import cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from slipway.lessonfile.labels import ENGLISH, Labels
from slipway.lessonfile.markdown import file_of, is_run, terminal_of

_SHOWN = frozenset({"", "console", "text", "output"})
_WORD = re.compile(r"[A-Za-z0-9+#._-]{1,32}")
_BLANKS = re.compile(r'<span class="w">(\s*)</span>')
_FORMATTER = HtmlFormatter(nowrap=True)
_LABELS = {
    "run": ("play", "Run"),
    "edit": ("pen", "Edit"),
    "copy": ("copy", "Copy"),
    "open": ("file", "Open in the editor"),
}


def figure(code: str, info: str, labels: Labels = ENGLISH) -> str:
    """Return a block of code as HTML. `info` is what stands after the fence, such as `sh` or `sh {copy}`."""
    words = info.split()
    language = words[0] if words and _WORD.fullmatch(words[0]) else ""
    actions = _actions(info, language)
    label = "Command" if "run" in actions else "Output" if language in _SHOWN else "Code"
    shown = escape(language) or "text"
    terminal = f' data-terminal="{name}"' if (name := terminal_of(info)) else ""
    place = _place(file_of(info))
    return (
        f'<figure class="code" data-language="{shown}" data-actions="{" ".join(actions)}"{terminal}{place}>'
        f'<pre tabindex="0" aria-label="{labels.of(label)}">'
        f"<code>{_coloured(code.rstrip(chr(10)), language)}</code></pre>"
        f"{_caption(actions, _where(info, labels), labels)}</figure>"
    )


def _actions(info: str, language: str) -> tuple[str, ...]:
    if is_run(info):
        return ("run", "edit", "copy")
    if file_of(info):
        return ("open", "copy")
    return () if language in _SHOWN else ("copy",)


def _place(file: tuple[str, int] | None) -> str:
    if file is None:
        return ""
    path, line = file
    return f' data-file="{escape(path)}"' + (f' data-line="{line}"' if line else "")


def _where(info: str, labels: Labels) -> str:
    """Return what stands beside the buttons: the terminal, or the file."""
    if file := file_of(info):
        return f"<span><code>{escape(file[0])}</code></span>"
    terminal = terminal_of(info)
    return f"<span>{labels.of('in {terminal}', terminal=terminal)}</span>" if terminal else ""


def _coloured(code: str, language: str) -> str:
    lexer = None if language in _SHOWN else _lexer(language)
    if lexer is None:
        return escape(code, quote=False)
    # Blanks need no colour: half of the markup would be theirs.
    return _BLANKS.sub(r"\1", str(highlight(code, lexer, _FORMATTER))).rstrip("\n")


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _caption(actions: tuple[str, ...], where: str, labels: Labels) -> str:
    if not actions:
        return ""
    ran = f'<span class="ran" hidden>{_icon("tick")} {labels.of("Ran")}</span>' if "run" in actions else ""
    buttons = "".join(
        f'<button type="button" class="button plain small" data-act="{action}">{_icon(_LABELS[action][0])} '
        f"{labels.of(_LABELS[action][1])}</button>"
        for action in actions
    )
    return f"<figcaption{labels.attribute}>{ran}{where}{buttons}</figcaption>"


def _icon(name: str) -> str:
    """Return an icon of the page's own set of symbols."""
    return f'<svg class="icon" aria-hidden="true"><use href="#{name}"/></svg>'
