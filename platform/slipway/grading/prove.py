"""`./slipway prove [PATH] [--json]`: prove lessons on real machines, several at a time, and show a table."""

import argparse
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from slipway.engine.port import Engine
from slipway.grading.proving import Case, Proof, cases_of, prove
from slipway.grading.tryout import ImageOf
from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson


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
    cases = [
        case
        for folder in lesson_folders(options.path)
        for case in cases_of(folder.parent.name, load_lesson(folder))
        if options.exercise in {None, case.exercise.id}
    ]
    if not cases:
        screen.print(Text("There is nothing to prove: name a lesson, a course, or an exercise that exists."))
        return 1
    proofs = _run(engine, image_of, cases, options.machines, screen)
    if options.json:
        for proof in proofs:
            print(json.dumps(proof.as_json()), flush=True)  # noqa: T201  (this is the command's output)
    else:
        _show(proofs)
    return 0 if all(proof.ok for proof in proofs) else 1


def _options(argv: Sequence[str], lessons: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="slipway prove", description=__doc__)
    parser.add_argument(
        "path", nargs="?", type=Path, default=lessons, help="a lesson, a course or the folder of courses"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object for each exercise")
    parser.add_argument("--exercise", help="only the exercise of this id")
    parser.add_argument("--machines", type=int, default=os.cpu_count() or 1, help="how many at a time")
    return parser.parse_args(argv)


def lesson_folders(path: Path) -> list[Path]:
    """Return the lessons at or below a path, in their order."""
    if (path / "lesson.yaml").is_file():
        return [path.resolve()]
    return sorted(file.parent.resolve() for depth in ("*", "*/*") for file in path.glob(f"{depth}/lesson.yaml"))


def _run(engine: Engine, image_of: ImageOf, cases: list[Case], machines: int, screen: Console) -> list[Proof]:
    proofs: dict[tuple[str, str], Proof] = {}
    for case in cases:
        proof = proofs.setdefault((case.lesson_name, case.exercise.id), Proof(case.lesson_name, case.exercise.id))
        if case.attempt:
            proof.wrong[case.attempt.name] = False
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task(f"Proving {len(proofs)} exercises", total=len(cases))
        for outcome in prove(engine, image_of, cases, max(machines, 1)):
            proofs[outcome.case.lesson_name, outcome.case.exercise.id].add(outcome)
            progress.advance(task)
            if outcome.note:
                progress.console.print(Text(f"{outcome.case.lesson_name} {outcome.case.exercise.id}: {outcome.note}"))
    return list(proofs.values())


def _show(proofs: Iterable[Proof]) -> None:
    table = Table("Exercise", "Nothing done", "Solution", "Wrong attempts", "Seconds")
    lesson = ""
    for proof in proofs:
        if proof.lesson != lesson:
            lesson = proof.lesson
            table.add_section()
            table.add_row(Text(lesson, style="bold"))
        table.add_row(*_row(proof))
    screen = Console()
    # Without a terminal there is no width to fit into.
    screen.width = screen.width if screen.is_terminal else 140
    screen.print(table)


def _row(proof: Proof) -> Iterator[Text]:
    yield Text(f"  {proof.exercise}")
    if proof.nothing_fails is None:
        yield Text("not tried", style="bold red")
    else:
        yield _word(good=proof.nothing_fails, words=("fails", "PASSES"))
    yield _word(good=proof.solution_passes, words=("passes", "FAILS"))
    wrong = Text(", ").join(_word(good=good, words=(name, f"{name}: WRONG HINT")) for name, good in proof.wrong.items())
    yield wrong
    yield Text(f"{proof.seconds:.1f}")


def _word(*, good: bool, words: tuple[str, str]) -> Text:
    return Text(words[0], style="green") if good else Text(words[1], style="bold red")
