"""Read a scenario's folder, tolerantly: what is missing or strange is reported, never guessed at. Reads files."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from slipway.lessonfile.files import Folder
from slipway.lessonfile.killercoda.report import Report
from slipway.lessonfile.nodes import Node, parse
from slipway.lessonfile.problems import Problems

INDEXES = ("index.json", "index.yaml", "index.yml")
MAX_INDEX_BYTES, MAX_TEXT_BYTES, MAX_ASSET_BYTES = 256 * 1024, 256 * 1024, 64 * 1024
MAX_STEPS, MAX_ASSETS = 100, 100
MAX_PATTERN, MAX_LOOKED_AT = 200, 2000
MAX_JSON_DEPTH = 50
DEFAULT_MINUTES = 15
# What a scenario says that has no meaning outside its own site.
_OF_THE_SITE = (
    "icon", "pathwayTitle", "private", "noindex", "id", "embedded_survey_url", "events", "live", "difficulty", "type",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """The intro, one step or the end: texts and scripts as they were written, by what they are for.

    `folder` is where its text lies, for that is what its links begin at.
    """

    name: str
    title: str
    folder: str = ""
    text: str = ""
    verify: str = ""
    foreground: str = ""
    background: str = ""
    answer: str = ""
    answer_is_script: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the machine is to have."""

    name: str
    content: bytes
    target: str
    mode: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario as it was found."""

    folder: Folder
    title: str
    description: str
    minutes: int
    image: str
    parts: tuple[Part, ...]
    assets: tuple[Asset, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)


def read_scenario(path: Path, report: Report) -> Scenario | None:
    """Return the scenario of a folder, or None when its index cannot be read; all that is amiss is reported."""
    problems = Problems()
    folder = Folder(path, problems)
    index = _read_index(folder)
    scenario = _Reader(folder, report).scenario(index) if index is not None else None
    for problem in problems.found:
        report.lost(problem.file, problem.message)
    return scenario


def _read_index(folder: Folder) -> dict[str, Any] | None:
    name = next((name for name in INDEXES if folder.has(name)), INDEXES[0])
    source = folder.read(name, MAX_INDEX_BYTES)
    if source is None:
        return None
    if not name.endswith(".json"):
        root = parse(source, name, folder.problems)
        value = _plain(root) if root else None
    else:
        try:
            value = json.loads(source) if _depth(source) <= MAX_JSON_DEPTH else None
            # Half of a pair of surrogates can be written nowhere.
            value = json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", 1)
            folder.problems.add(name, line, f"This is no JSON: {getattr(error, 'msg', 'it is nested too deeply')}.", "")
            return None
    if not isinstance(value, dict):
        folder.problems.add(name, 1, "This is no scenario: it must be a mapping with `title` and `details`.", "")
        return None
    return value


def _depth(source: str) -> int:
    depth = deepest = 0
    for letter in source:
        depth += (letter in "[{") - (letter in "]}")
        deepest = max(deepest, depth)
    return deepest


def _plain(node: Node) -> Any:
    """Return a YAML node as JSON would have it."""
    if node.is_mapping:
        return {name: _plain(value) for name, value in node.any_mapping("the index").items()}
    if node.is_list:
        return [_plain(item) for item in node.items("the index")]
    return node.scalar("the index")


def _text(values: Any, *keys: str) -> str:
    """Return the first text under one of these keys; numbers are taken as written, all else is no text."""
    found = [values.get(key) for key in keys] if isinstance(values, dict) else []
    return next((str(value).strip() for value in found if isinstance(value, str | int | float) and str(value)), "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


@dataclass(slots=True)
class _Reader:
    """Reads the parts of one scenario."""

    folder: Folder
    report: Report

    def scenario(self, index: dict[str, Any]) -> Scenario:
        found = index.get("details")
        details: dict[str, Any] = found if isinstance(found, dict) else {}
        for key in _OF_THE_SITE:
            if index.get(key):
                self.report.lost("index", f"`{key}` belongs to the site that it came from")
        for key in ("interface", "environment"):
            if index.get(key):
                self.report.changed("index", f"`{key}`: a lesson has text beside terminals, and no editor or dashboard")
        backend = index.get("backend")
        return Scenario(
            folder=self.folder,
            title=_text(index, "title") or self.folder.path.name,
            description=_text(index, "description"),
            minutes=_minutes(_text(index, "time")),
            image=_text(backend, "imageid", "dockerimage"),
            parts=tuple(self._parts(details)),
            assets=tuple(self._assets(details.get("assets"))),
        )

    def _parts(self, details: dict[str, Any]) -> list[Part]:
        steps = _list(details.get("steps"))
        if len(steps) > MAX_STEPS:
            self.report.lost("index", f"steps beyond the first {MAX_STEPS}")
        named = [("intro", details.get("intro"))]
        named += [(f"step {number}", step) for number, step in enumerate(steps[:MAX_STEPS], start=1)]
        named += [("finish", details.get("finish"))]
        if _text(details.get("intro"), "credits") or details.get("credits"):
            self.report.lost("intro", "`credits`: name the author in the text")
        return [self._part(name, values) for name, values in named if isinstance(values, dict)]

    def _part(self, name: str, values: dict[str, Any]) -> Part:
        answer = _text(values, "answer")
        hint = _text(values, "hint")
        if hint.endswith(".sh"):
            self.report.lost(name, "its hint is a program, and hints are texts")
            hint = ""
        return Part(
            name=name,
            title=_text(values, "title"),
            folder=_text(values, "text").rpartition("/")[0],
            text=self._read(_text(values, "text")),
            verify=self._read(_text(values, "verify")),
            foreground=self._read(_text(values, "foreground", "code")),
            background=self._read(_text(values, "background", "courseData")),
            answer=self._read(answer),
            answer_is_script=answer.endswith(".sh"),
            hint=self._read(hint),
        )

    def _read(self, name: str) -> str:
        return (self.folder.read(name, MAX_TEXT_BYTES) or "") if name else ""

    def _assets(self, value: Any) -> list[Asset]:
        hosts = value if isinstance(value, dict) else {}
        for host in list(hosts)[1:]:
            self.report.lost("assets", f"those of `{host[:80]}`: a lesson has one machine")
        items = _list(next(iter(hosts.values()), []))
        if len(items) > MAX_ASSETS:
            self.report.lost("assets", f"entries beyond the first {MAX_ASSETS}")
        files, found = self.folder.names_below("assets", MAX_LOOKED_AT) if items else [], []
        for item in items[:MAX_ASSETS]:
            pattern, target, mode = (_text(item, key) for key in ("file", "target", "chmod"))
            names = self._matching(pattern, files)
            if pattern and not names:
                self.report.lost("assets", f"`{pattern[:80]}`: there is no such file")
            found += [(name, target or "/root", mode) for name in names]
        if len(found) > MAX_ASSETS:
            self.report.lost("assets", f"files beyond the first {MAX_ASSETS}")
        return [
            Asset(
                name.removeprefix("assets/"), content, target, mode if re.fullmatch(r"[ugoa+=rwxX,0-7-]+", mode) else ""
            )
            for name, target, mode in found[:MAX_ASSETS]
            if (content := self.folder.read_bytes(name, MAX_ASSET_BYTES)) is not None
        ]

    def _matching(self, pattern: str, files: Sequence[str]) -> list[str]:
        parts = [part for part in pattern.split("/") if part not in {"", "."}]
        if not parts or len(pattern) > MAX_PATTERN or pattern.startswith("/") or ".." in parts:
            return []
        # `**` at the end stands for all that is below.
        parts += ["*"] if parts[-1] == "**" else []
        return [f"assets/{name}" for name in files if _fits(name.split("/"), parts)]


def _fits(words: Sequence[str], parts: Sequence[str]) -> bool:
    """Say whether a path matches a pattern, in which `**` stands for any number of folders."""
    # How many parts may be behind us; after `**` the next one may begin at once.
    reached = {0}
    for word in [*words, ""]:
        for at in range(len(parts)):
            if at in reached and parts[at] == "**":
                reached.add(at + 1)
        if word:
            here = [at for at in reached if at < len(parts)]
            reached = {
                at if parts[at] == "**" else at + 1 for at in here if parts[at] == "**" or fnmatchcase(word, parts[at])
            }
    return len(parts) in reached


def _minutes(time: str) -> int:
    """Return the minutes of words such as `10-15 minutes` or `1 hour`: the larger number counts."""
    numbers = [int(number) for number in re.findall(r"\d{1,3}", time)]
    minutes = max(numbers, default=DEFAULT_MINUTES) * (60 if re.search(r"\bhour|\bh\b", time) else 1)
    return min(max(minutes, 1), 600)
