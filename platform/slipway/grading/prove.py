"""`./slipway prove [PATH]`: prove lessons on real machines, several at a time, and show a table."""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from slipway.engine.port import Engine
from slipway.grading.claims import Claim, claims_below
from slipway.grading.jobs import Job, run_all
from slipway.grading.proving import Case, Outcome
from slipway.grading.reports import Report
from slipway.grading.table import show
from slipway.grading.tryout import ImageOf
from slipway.grading.walking import TEXT, Walked
from slipway.lessonfile.lint import lint


def main(argv: Sequence[str], *, engine: Engine, image_of: ImageOf, lessons: Path) -> int:
    """Prove what the arguments name; return 0 when everything is as it must be.

    `image_of` gives the tag of a sandbox image by its name; `lessons` is the folder of courses, taken without PATH.
    """
    options = _options(argv, lessons)
    screen = Console(stderr=True)
    problems = lint(options.path)
    for problem in problems:
        screen.print(Text(str(problem)))
    if problems:
        return 1
    wanted = [claim for claim in claims_below(options.path) if options.exercise in {None, claim.name}]
    if not wanted:
        screen.print(Text("There is nothing to prove: name a lesson, a course, or an exercise that exists."))
        return 1
    reports = _prove(engine, image_of, wanted, options.machines, screen)
    if options.json:
        for report in reports:
            print(json.dumps(report.as_json()), flush=True)  # noqa: T201  (this is the command's output)
    else:
        show(reports)
    return 0 if all(report.ok for report in reports) else 1


def _options(argv: Sequence[str], lessons: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="slipway prove", description=__doc__)
    parser.add_argument(
        "path", nargs="?", type=Path, default=lessons, help="a lesson, a course or the folder of courses"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object for each exercise and each text")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--exercise", help="only the exercise of this id")
    only.add_argument("--text", dest="exercise", action="store_const", const=TEXT, help="only the lessons' texts")
    parser.add_argument("--machines", type=int, default=os.cpu_count() or 1, help="how many at a time")
    return parser.parse_args(argv)


def _prove(engine: Engine, image_of: ImageOf, claims: Sequence[Claim], machines: int, screen: Console) -> list[Report]:
    """Prove and tell what goes wrong as it comes; return the reports in the order of the claims."""
    found: dict[tuple[str, str], list[Outcome | Walked]] = {claim.key: [] for claim in claims}
    # A walk takes longest: begun first, it does not run alone at the end.
    jobs: list[Job[Outcome | Walked]] = [job for claim in claims for job in claim.jobs()]
    jobs.sort(key=lambda job: isinstance(job, Case))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task(f"Proving {len(found)} exercises and texts", total=len(jobs))
        for outcome in run_all(engine, image_of, jobs, max(machines, 1)):
            found[outcome.key].append(outcome)
            progress.advance(task)
            for note in outcome.notes:
                progress.console.print(Text(f"{' '.join(outcome.key)}: {note}"))
    return [claim.report(found[claim.key]) for claim in claims]
