"""The grid of learners by exercises as a page and a CSV file show it. No queries: it comes loaded."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from itertools import groupby

from django.utils.translation import gettext, ngettext

from slipway.courses.models import Exercise
from slipway.grading.evidence import Cell, Grid, GridRow
from slipway.grading.models import Progress
from slipway.lessonfile.model import in_language

# A spreadsheet takes a text that begins like this for a formula and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Show(StrEnum):
    """Which learners the grid shows."""

    EVERYONE = "everyone"
    NOT_PASSED = "not-passed"


@dataclass(frozen=True)
class Square:
    """One cell of the grid."""

    cell: Cell
    look: str
    text: str
    words: str
    is_first: bool


@dataclass(frozen=True)
class Line:
    """One learner of the grid."""

    row: GridRow
    squares: tuple[Square, ...]
    percent: int


@dataclass(frozen=True)
class Group:
    """The exercises of one lesson, side by side."""

    number: int
    title: str
    exercises: tuple[Exercise, ...]


def groups(exercises: Sequence[Exercise], language: str) -> list[Group]:
    """Return the lessons above their exercises."""
    found = []
    for _, members in groupby(exercises, key=lambda exercise: exercise.lesson_id):
        together = tuple(members)
        lesson = together[0].lesson
        found.append(Group(lesson.number, in_language(lesson.title, language).replace("`", ""), together))
    return found


def lines(grid: Grid, *, show: Show, find: str) -> list[Line]:
    """Return the learners that are asked for, in the order of their names."""
    wanted = find.casefold().strip()
    found = [_line(row) for row in grid.rows if wanted in _names(row)]
    if show == Show.NOT_PASSED:
        found = [line for line in found if any(square.look != "pass" for square in line.squares)]
    return sorted(found, key=lambda line: str(line.row.learner).casefold())


def percent(row: GridRow) -> int:
    """Return the learner's share of all points."""
    return round(100 * row.points / row.points_total) if row.points_total else 0


def number_of(exercise: Exercise) -> str:
    """Return an exercise's number within the course, such as 4.2."""
    return f"{exercise.lesson.number}.{exercise.number}"


def csv_rows(grid: Grid) -> Iterator[str]:
    """Return the CSV file's rows, each with its line end: names, a column for each exercise, points and percent."""
    head = ["name", "username", "email", *(number_of(exercise) for exercise in grid.exercises)]
    yield _csv_row([*head, "points", "points_total", "percent", "last_active_at"])
    for row in grid.rows:
        learner = row.learner
        marks = [str(_csv_mark(cell)) for cell in row.cells]
        last = row.last_active_at.isoformat(timespec="seconds") if row.last_active_at else ""
        tail = [str(row.points), str(row.points_total), str(percent(row)), last]
        yield _csv_row([str(learner), learner.username, learner.email, *marks, *tail])


def _names(row: GridRow) -> str:
    return f"{row.learner} {row.learner.username}".casefold()


def _line(row: GridRow) -> Line:
    squares, lesson = [], None
    for cell in row.cells:
        squares.append(_square(row, cell, is_first=cell.exercise.lesson_id != lesson))
        lesson = cell.exercise.lesson_id
    return Line(row, tuple(squares), percent(row))


def _square(row: GridRow, cell: Cell, *, is_first: bool) -> Square:
    look, text, state = _state(cell)
    return Square(cell, look, text, f"{row.learner}, {number_of(cell.exercise)}, {state}", is_first)


def _state(cell: Cell) -> tuple[str, str, str]:
    """Return a cell's class, its text and its words."""
    status = Progress.Status(cell.status)
    if status == Progress.Status.PASSED:
        return "pass", "", gettext("passed")
    if status == Progress.Status.SKIPPED:
        return "skipped", "»", gettext("skipped")
    if status == Progress.Status.FAILED:
        return _failed(cell)
    return "", "·", gettext("not tried")


def _failed(cell: Cell) -> tuple[str, str, str]:
    if cell.checks_passed:
        said = gettext("partly passed, {held} of {total}").format(held=cell.checks_passed, total=cell.checks_total)
        return "part", f"{cell.checks_passed}/{cell.checks_total}", said
    said = ngettext("not passed, {tries} try", "not passed, {tries} tries", cell.tries)
    return "fail", str(cell.tries), said.format(tries=cell.tries)


def _csv_mark(cell: Cell) -> int:
    return cell.points


def _csv_row(values: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([harmless(value) for value in values])
    return line.getvalue()


def harmless(value: str) -> str:
    """Return a value that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
