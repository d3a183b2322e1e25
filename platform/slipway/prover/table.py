"""Show people what proving found out, as a table."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from slipway.prover.reports import ExerciseReport, Report


def show(reports: Iterable[Report]) -> None:
    """Print one row for each report, lesson by lesson."""
    table = Table("Exercise", "Nothing done", "Solution", "Wrong attempts", "Seconds")
    lesson = ""
    for report in reports:
        if report.lesson != lesson:
            lesson = report.lesson
            table.add_section()
            table.add_row(Text(lesson, style="bold"))
        table.add_row(Text(f"  {report.exercise}"), *_cells(report))
    screen = Console()
    # Without a terminal there is no width to fit into.
    screen.width = screen.width if screen.is_terminal else 140
    screen.print(table)


def _cells(report: Report) -> Iterator[Text]:
    if not report.is_tried:
        yield from [Text("not tried", style="bold red")] * 3
    elif isinstance(report, ExerciseReport):
        if report.nothing_fails is None:
            yield Text("not tried", style="bold red")
        else:
            yield _word(good=report.nothing_fails, words=("fails", "PASSES"))
        yield _word(good=report.solution_passes, words=("passes", "FAILS"))
        yield Text(", ").join(
            _word(good=good, words=(name, f"{name}: WRONG HINT")) for name, good in report.wrong.items()
        )
        yield Text(f"{report.seconds:.1f}")
    else:
        yield Text("")
        yield _word(good=report.ok, words=("holds", "DOES NOT HOLD"))
        yield Text(f"{report.walked.blocks} blocks, {report.walked.outputs} outputs")
        yield Text(f"{report.walked.seconds:.1f}")


def _word(*, good: bool, words: tuple[str, str]) -> Text:
    return Text(words[0], style="green") if good else Text(words[1], style="bold red")
