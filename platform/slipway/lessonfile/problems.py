"""Mistakes in lesson files: what is wrong, where, and what to write instead. Pure: no Django, no IO."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from slipway.lessonfile.visible import visible


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake. `file` is relative to what was read; `line` counts from 1."""

    file: str
    line: int
    message: str
    instead: str

    def __str__(self) -> str:
        return visible(f"{self.file}:{self.line}: {self.message} {self.instead}".rstrip())


class LessonErrors(Exception):  # noqa: N818  (it carries all errors of a folder, and says so)
    """A lesson or course cannot be used; `problems` holds every mistake that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class Problems:
    """Collects mistakes while a folder is read, each once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, line: int, message: str, instead: str = "") -> None:
        """Note a mistake; `instead` is a sentence that says what to write."""
        problem = Problem(file, line, message, instead)
        if problem not in self.found:
            self.found.append(problem)


def nearest(word: str, known: Iterable[str]) -> str:
    """Say what to write instead of an unknown word: the nearest known one, else all of them."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"Write `{close[0]}`."
    return f"Known: {', '.join(f'`{name}`' for name in words)}." if words else "Remove it."
