"""Recordings of terminals in lessons: asciicast version 2 or 3, read and bounded. Pure: no Django, no IO.

The formats: https://docs.asciinema.org/manual/asciicast/v2/ and …/v3/.
"""

import json
import math
import re
from dataclasses import dataclass
from html import escape
from typing import Any

from slipway.lessonfile import transcripts
from slipway.lessonfile.labels import Labels
from slipway.lessonfile.parameters import names_in

# Where in a lesson's folder they lie, and how its text names one.
SOURCE = re.compile(r"recordings/([A-Za-z0-9][A-Za-z0-9._-]*\.cast)")
MAX_COLUMNS = 240
MAX_ROWS = 100
MAX_EVENTS = 20_000
MAX_SECONDS = 30 * 60
_RESIZE = re.compile(r"(\d{1,4})x(\d{1,4})")
_TOLD = "oimrx"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened so many seconds after the start: `o` was printed, `r` is another size, `m` is a marker."""

    at: float
    kind: str
    data: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording; sizes are in cells. What was typed is never part of it."""

    columns: int
    rows: int
    events: tuple[Event, ...]

    @property
    def transcript(self) -> str:
        """Return what was on the screen, one after the other, as plain text. Raise `ValueError` when it is too long."""
        return transcripts.plain((event.data for event in self.events if event.kind == "o"), self.rows)


class RecordingError(ValueError):
    """A file is no recording that a page shows: `line`, what is wrong, and `instead`, what to do about it."""

    def __init__(self, line: int, message: str, instead: str) -> None:
        super().__init__(message)
        self.line = line
        self.instead = instead


def is_recording(source: str) -> bool:
    """Say whether a picture's address means a recording."""
    return source.startswith("recordings/") or source.endswith(".cast")


def faults(source: str) -> list[tuple[int, str, str]]:
    """Return line, what is wrong and what to write instead: the first thing for which a page would not show it."""
    try:
        found = read(source)
    except RecordingError as error:
        return [(error.line, str(error), error.instead)]
    try:
        text = found.transcript
    except ValueError as error:
        return [(1, f"As text it {error}.", "Record less, or divide it.")]
    return [] if text else [(1, "Nothing is shown in it.", "Record a command that prints something.")]


def read(source: str) -> Recording:
    """Return the recording in a file. Raise `RecordingError` at the first thing that is wrong with it."""
    first, *lines = source.split("\n")
    version, columns, rows = _header(first)
    events: list[Event] = []
    at = 0.0
    for number, line in enumerate(lines, start=2):
        if not line.strip() or (version == 3 and line.startswith("#")):  # noqa: PLR2004  (the format's version)
            continue
        time, event = _event(line, number)
        at = at + time if version == 3 else max(at, time)  # noqa: PLR2004
        if at > MAX_SECONDS:
            raise RecordingError(
                number, f"It lasts longer than {MAX_SECONDS // 60} minutes.", "Record less, or divide it."
            )
        if event is not None:
            events.append(Event(round(at, 6), *event))
        if len(events) > MAX_EVENTS:
            raise RecordingError(number, f"It has more than {MAX_EVENTS} events.", "Record less, or divide it.")
    return Recording(columns, rows, tuple(events))


def cast(recording: Recording) -> str:
    """Return a recording as a page's player gets it: asciicast version 2, with nothing in it but what was read."""
    header = {"version": 2, "width": recording.columns, "height": recording.rows}
    lines = (json.dumps([event.at, event.kind, event.data]) for event in recording.events)
    return "\n".join([json.dumps(header), *lines, ""])


def figure(source: str, address: str, alternative: str, caption: str, labels: Labels) -> str:
    """Return a recording as HTML: a place for the player, and below it, for all who have none, the same as text."""
    try:
        shown = read(source).transcript
    except ValueError:
        return f'<p class="missing">{escape(alternative)}</p>'
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    own = labels.attribute
    said = labels.of("What the terminal showed")
    return (
        f'<figure class="figure recording" aria-label="{escape(alternative)}">'
        f'<div class="player" data-recording="{escape(address)}" hidden></div>'
        f"<details open><summary{own}>{labels.of('Read the recording as text')}</summary><p>{escape(alternative)}</p>"
        f'<pre tabindex="0" role="region" aria-label="{said}">{escape(shown)}</pre>'
        f"</details>{words}</figure>"
    )


def _header(line: str) -> tuple[int, int, int]:
    """Return version, columns and rows."""
    header = _parsed(line, 1)
    version: Any = header.get("version") if isinstance(header, dict) else None
    if not _is_whole(version, 3) or version == 1:
        raise RecordingError(
            1,
            "This is no asciicast of version 2 or 3.",
            "Record it with `asciinema rec`, or convert it with `asciinema convert`.",
        )
    sizes, names = (header.get("term"), ("cols", "rows")) if version == 3 else (header, ("width", "height"))  # noqa: PLR2004
    found: list[Any] = [sizes.get(name) if isinstance(sizes, dict) else None for name in names]
    columns, rows = found
    if not (_is_whole(columns, MAX_COLUMNS) and _is_whole(rows, MAX_ROWS)):
        raise RecordingError(
            1,
            f"Its terminal is not between 1 and {MAX_COLUMNS} columns wide and 1 and {MAX_ROWS} rows high.",
            "Record it in a smaller window, such as 80 by 24.",
        )
    return version, columns, rows


def _event(line: str, number: int) -> tuple[float, tuple[str, str] | None]:
    """Return an event's time as it stands there, and its kind and data; None for what a page does not need."""
    match _parsed(line, number):
        case [int() | float() as time, str() as kind, str() as data] if (
            not isinstance(time, bool) and kind in _TOLD and len(kind) == 1 and math.isfinite(time) and time >= 0
        ):
            pass
        case _:
            raise RecordingError(number, "This line is no event.", 'Write `[seconds, "o", "text"]`, or record it anew.')
    if kind == "i":
        raise RecordingError(
            number,
            "It holds what was typed, which may be a password.",
            "Record without `--capture-input` (`--stdin` in older versions), or remove these lines.",
        )
    if name := next(names_in(data), None):
        raise RecordingError(
            number,
            f"It shows the parameter `{{{{{name}}}}}`, which has no value in a recording.",
            "Record a run without parameters.",
        )
    if kind == "r" and not _is_size(data):
        raise RecordingError(number, f"`{data[:40]}` is no size.", "Write `80x24`, or remove the line.")
    return float(time), None if kind == "x" else (kind, data)


def _is_size(data: str) -> bool:
    found = _RESIZE.fullmatch(data)
    return bool(found and _is_whole(int(found[1]), MAX_COLUMNS) and _is_whole(int(found[2]), MAX_ROWS))


def _is_whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _parsed(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RecordingError(number, "This line is no JSON.", "Record it anew, or remove the line.") from error
