"""Turn a scenario's Markdown into a lesson's: buttons behind code, addresses of its host, editor blocks. Pure."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from slipway.lessonfile.killercoda.fences import BUTTON, LIST_MARK, Fence, opened_by, told_apart
from slipway.lessonfile.killercoda.report import Report

# Texts may be hostile: each pattern is bounded, or ends at what it begins with, so that none looks at a text twice.
_INLINE = re.compile(rf"(?<!`)(?P<mark>`++)(?P<code>[^`]+)(?P=mark) ?{BUTTON}")
_ALONE = re.compile(rf"^(?P<indent>\s*)(?P<mark>`++)(?P<code>[^`]+)(?P=mark) ?{BUTTON}\s*$")
_EDITOR = re.compile(
    r'<pre\s{1,9}class="file"(?P<attributes>[^<>]{0,500})>(?P<content>(?:(?!<pre\s{1,9}class="file").)*?)</pre>',
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r'data-(\w+)="([^"]*)"')
PICTURE = re.compile(r"!\[(?P<alt>[^\[\]]*+)\]\((?P<source>[^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)?)(?:\s[^)]{0,500}+)?\)")
_TAG_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_UNSHOWN = re.compile(r"<(iframe|script|video|style|object|embed)\b.*?(</\1>|/>|$)", re.IGNORECASE | re.DOTALL)
_HOST_ADDRESSES = (
    re.compile(r"(?:https?://)?\{\{TRAFFIC_HOST\d+_(?P<port>\d+)\}\}", re.IGNORECASE),
    re.compile(
        r"(?:https?://)?\[\[(?:HOST|CLIENT)\d*_SUBDOMAIN\]\]-(?P<port>\d+)-\[\[KATACODA_HOST\]\][\w.]*", re.IGNORECASE
    ),
    re.compile(
        r"(?:https?://)?\[\[HOST\d*_SUBDOMAIN\]\]-(?P<port>\d+)-[\w.-]*?\[?\[?KATACODA_DOMAIN\]?\]?", re.IGNORECASE
    ),
)
_LINK = re.compile(r"\[(?P<words>[^\[\]]*)\]\((?P<address>http://localhost[^)\s]{0,500}+)\)")
_OTHER_PLACES = re.compile(
    r"\{\{TRAFFIC_SELECTOR\}\}|\[\[(HOST\d*_IP|[A-Z]+_SUBDOMAIN|KATACODA_\w+)\]\]", re.IGNORECASE
)
_QUIZ = re.compile(r"^>>.*<<\s*$", re.MULTILINE)
_UNDERLINE = re.compile(r"(?:(=)=+|--+)\s*")
_OTHER_BLOCK = re.compile(r"\s*([#>|`*+-]|\d+[.)])")
_SHELLS = ("", "bash", "sh", "shell", "zsh", "console", "plain", "text", "txt", "plaintext")


@dataclass(slots=True)
class Converted:
    """A text of a lesson, and the commands that stood in it with a button to run them, in order.

    `shown` is the code without such a button.
    """

    text: str
    commands: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


def convert(source: str, where: str, report: Report) -> Converted:
    """Return the text as a lesson writes it; `pictures` are the SVG files that it shows, as the scenario names them."""
    converter = _Converter(where, report)
    text = converter.addresses(converter.editors(source))
    lines = list(converter.lines(_atx(text.splitlines())))
    text = "\n".join(lines).strip() + "\n"
    return Converted(text, converter.commands, converter.shown, converter.pictures)


def _atx(lines: list[str]) -> list[str]:
    """Write headings that are underlined with a mark in front, outside of code."""
    done: list[str] = []
    for line, is_code in told_apart(lines):
        underlined = _UNDERLINE.fullmatch(line)
        if underlined and not is_code and done and done[-1].strip() and not _OTHER_BLOCK.match(done[-1]):
            done[-1] = f"{'#' if underlined[1] == '=' else '##'} {done[-1].strip()}"
        else:
            done.append(line)
    return done


@dataclass(slots=True)
class _Converter:
    """Walks through one text."""

    where: str
    report: Report
    commands: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    # What stood inside sentences: the commands, and the same as they are typed, with keys before them.
    waiting: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    indent: str = ""

    def editors(self, source: str) -> str:
        """Return the text with blocks for the editor as commands that write the file."""
        return _EDITOR.sub(self._editor, source)

    def _editor(self, found: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(found["attributes"]))
        content = html.unescape(found["content"]).strip("\n")
        name, target = attributes.get("filename", ""), attributes.get("target", "replace")
        if target == "clipboard" or not name:
            return _shown(content)
        if target not in {"replace", "append"} or attributes.get("marker"):
            self.report.changed(self.where, f"the editor put text into the middle of `{name}`: the learner does")
            return f"\nPut this into `{name}`:\n{_shown(content)}"
        self.report.changed(self.where, f"the editor wrote `{name}`: a command does")
        end = "END"
        while end in content.splitlines():
            end += "_"
        mark = _mark_around(content)
        written = f"cat {'>' if target == 'replace' else '>>'}{_quoted(name)} <<'{end}'\n{content}\n{end}"
        return f"\n{mark}\n{written}\n{mark}{{{{exec}}}}\n"

    def addresses(self, text: str) -> str:
        """Return the text with the host's addresses as the machine knows them, and pictures and HTML looked at."""
        for pattern in _HOST_ADDRESSES:
            if pattern.search(text):
                self.report.lost(self.where, "the host's own address in the browser: asked in the terminal instead")
                text = pattern.sub(lambda found: f"http://localhost:{found['port']}", text)
        text = _LINK.sub(lambda found: f"{found['words']} (in the terminal: `curl {found['address']}`)", text)
        if _OTHER_PLACES.search(text):
            self.report.changed(self.where, "a placeholder of the site became `localhost`")
            text = _OTHER_PLACES.sub("localhost", text)
        if _QUIZ.search(text):
            self.report.lost(self.where, "a quiz: its questions stay as text")
        if _UNSHOWN.search(text):
            self.report.lost(self.where, "HTML that does more than format")
            text = _UNSHOWN.sub("", text)
        return PICTURE.sub(self._image, _TAG_IMAGE.sub(self._tag_image, text))

    def _image(self, found: re.Match[str]) -> str:
        source = found["source"].removeprefix("./")
        if source.endswith(".svg") and "://" not in source:
            self.pictures.append(source)
            alternative = found["alt"].strip() or source.rpartition("/")[2].removesuffix(".svg")
            return f"![{alternative}]({source})"
        self.report.lost(self.where, f"the picture `{source[:80]}`: lessons show SVG of their own")
        return f"*{found['alt'].strip()}*" if found["alt"].strip() else ""

    def _tag_image(self, _: re.Match[str]) -> str:
        self.report.lost(self.where, "a picture in HTML: lessons show SVG of their own")
        return ""

    def lines(self, lines: list[str]) -> Iterator[str]:
        """Yield the lines with code in its place."""
        position = 0
        while position < len(lines):
            line = lines[position]
            if opened := opened_by(line):
                yield from self._wait_over()
                end = next((at for at in range(position + 1, len(lines)) if opened.ends_at(lines[at])), len(lines))
                yield from self._block(opened, lines[position + 1 : end], lines[end] if end < len(lines) else "")
                position = end + 1
                continue
            if alone := _ALONE.match(line):
                yield from ["", *self._fence(alone["code"].strip(), alone[4], "", alone["indent"]), ""]
            else:
                if not line.strip():
                    yield from self._wait_over()
                elif begin := re.match(rf"\s*(?:{LIST_MARK})?", line):
                    self.indent = " " * len(begin[0])
                yield _INLINE.sub(self._inline, line)
            position += 1
        yield from self._wait_over()

    def _inline(self, found: re.Match[str]) -> str:
        action = found[3].lower()
        if action.startswith(("exec", "execute")):
            code = self._plain(found["code"].strip())
            self.waiting.append(code)
            self.typed += _typed(code, action)
            self._about(action)
        elif action.startswith("open"):
            self.report.changed(self.where, f"`{found['code']}` opened in an editor: now it is only named")
        return f"`{found['code']}`"

    def _wait_over(self) -> Iterator[str]:
        """Yield the commands that stood inside the sentences above, as a block to run."""
        if self.waiting:
            self.report.changed(self.where, "commands inside a sentence can be run below it")
            yield from ["", *(f"{self.indent}{line}" for line in ("```sh", *self.waiting, "```")), ""]
            self.commands += self.typed
            self.waiting, self.typed = [], []

    def _block(self, opened: Fence, content: list[str], closing: str) -> Iterator[str]:
        suffix = re.search(BUTTON, closing)
        language = re.sub(r"\{[^{}]*\}", "", opened.info).strip().split(" ")[0].lower()
        indent = " " * len(opened.indent)
        code = "\n".join(line.removeprefix(indent) for line in content)
        yield from self._fence(code, suffix[1] if suffix else None, language, opened.indent)

    def _fence(self, code: str, action: str | None, language: str, indent: str) -> Iterator[str]:
        words = (action or "").lower()
        if words.startswith("exec"):
            info = "sh"
            if "ctrl-seq" in words or re.fullmatch(r"\^\w+", code):
                self.report.changed(self.where, f"the key `{code}`: the learner presses it")
                yield f"{indent}Press `{code}`."
                return
            code = self._plain(code)
            self.commands += _typed(code, words)
            self._about(words)
            if "interrupt" in words:
                yield from [f"{indent}Press <kbd>Ctrl</kbd> <kbd>C</kbd> first, if something still runs.", ""]
                indent = " " * len(indent)
        else:
            self.shown.append(code)
            is_copied = words.startswith("copy") and language in _SHELLS
            info = "sh {copy}" if is_copied else "text" if language in _SHELLS else language
        mark = _mark_around(code)
        inner = " " * len(indent)
        body = [f"{inner}{line}" for line in code.split("\n")]
        yield from [f"{indent}{mark}{info}", *body, f"{inner}{mark}"]

    def _plain(self, code: str) -> str:
        """Return a command with the blanks that a shell knows."""
        if "\u00a0" in code:
            self.report.changed(self.where, "a command had blanks that do not break, which a shell does not know")
        return code.replace("\u00a0", " ")

    def _about(self, action: str) -> None:
        if "interrupt" in action:
            self.report.changed(
                self.where, "a button that first pressed Ctrl C: the text says so, and the solution does"
            )
        if re.search(r"\bhost[2-9]\b", action):
            self.report.lost(self.where, "a command for another host: a lesson has one machine")
        elif re.search(r"\bt[2-9]\b", action):
            self.report.changed(self.where, "a command for a second terminal: the learner chooses the terminal")


def _shown(content: str) -> str:
    mark = _mark_around(content)
    return f"\n{mark}text\n{content}\n{mark}\n"


def _mark_around(code: str) -> str:
    """Return the mark of a fence that nothing in the code can close."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))


def _typed(code: str, action: str) -> list[str]:
    """Return what is typed for a button: its command, and Ctrl C before it where the button pressed that."""
    return ["^C", code] if "interrupt" in action else [code]


def _quoted(name: str) -> str:
    """Return a file's name as a shell reads it; `~` at its beginning stays what it is."""
    return re.sub(r"[^\w./~+:@%-]", lambda found: f"\\{found[0]}", name)
