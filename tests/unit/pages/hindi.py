"""Finds what a page in Hindi says in another language without saying so: text that is in no catalogue."""

import re
from html.parser import HTMLParser

# Names, and what is typed or pressed as it stands.
NAMES = {
    "Slipway",
    "Docker",
    "Engine",
    "Linux",
    "CSV",
    "MB",
    "GB",
    "KiB",
    "MiB",
    "Ctrl",
    "Alt",
    "Esc",
    "Tab",
    "Enter",
    "Escape",
    "Control",
    "Shift",
    "nginx",
    "web",
    "root",
    "asha",
    "gita",
    "uma",
    "Guest",
    "AS",
    "GI",
    "GU",
}
_SPOKEN = ("aria-label", "title", "placeholder", "alt")
_AS_IT_STANDS = frozenset({"code", "pre", "kbd", "svg", "script", "style", "title"})
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_WORD = re.compile(r"[A-Za-z]{2,}")


class _Reader(HTMLParser):
    """Collects each text and each attribute that is read out, where the language is Hindi."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, str, bool]] = []

    @property
    def _is_heard(self) -> bool:
        _, language, is_skipped = self._open[-1] if self._open else ("", "", True)
        return language == "hi" and not is_skipped

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        _, language, is_skipped = self._open[-1] if self._open else ("", "", False)
        classes = values.get("class", "").split()
        skips = is_skipped or tag in _AS_IT_STANDS or "shell" in classes
        self._open.append((tag, values.get("lang", language), skips))
        if self._is_heard:
            self.found += [values[name] for name in _SPOKEN if name in values]
            if "texts" in classes:
                self.found += [value for name, value in values.items() if name.startswith("data-")]
        if tag in _VOID:
            self._open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._is_heard and data.strip():
            self.found.append(data.strip())


def foreign(page: str, content: tuple[str, ...] = ()) -> list[str]:
    """Return the texts of a Hindi page that have words of Latin letters; `content` are titles that authors wrote."""
    reader = _Reader()
    reader.feed(page)
    wrong = []
    for text in reader.found:
        rest = re.sub(r"\{\w+\}|</?\w+[^>]*>", "", text)
        for title in sorted(content, key=len, reverse=True):
            rest = rest.replace(title, "")
        if set(_WORD.findall(rest)) - NAMES:
            wrong.append(text)
    return wrong
