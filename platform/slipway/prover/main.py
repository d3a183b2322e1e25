"""`./slipway prove [PATH]`: prove lessons on real machines, several at a time, and show a table.

What holds is recorded in proofs.json beside each lesson, with a hash of all that the proof rests on.
"""

import argparse
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from slipway.engine.port import Engine, EngineError
from slipway.lessonfile.lint import lint
from slipway.proofs import ground, rota
from slipway.proofs.digests import TEXT
from slipway.prover.cases import Case
from slipway.prover.claims import Claim, Found, claims_below
from slipway.prover.jobs import Job, Workshop
from slipway.prover.reports import Report
from slipway.prover.table import show
from slipway.prover.tryout import ImageOf


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
    grounds = ground.current()
    named = [claim for claim in claims_below(options.path, grounds) if options.exercise in {None, claim.name}]
    if not named:
        screen.print(Text("There is nothing to prove: name a lesson, a course, or an exercise that exists."))
        return 1
    wanted = _due(named, today(), with_tenth=options.daily_tenth) if options.changed else named
    if not wanted:
        screen.print(Text(f"All {len(named)} exercises and texts are proven as they are now."))
        return 0
    workshop = Workshop(engine, image_of, max(options.machines, 1), screen)
    if options.mutate:
        return _mutate(wanted, workshop, as_json=options.json)
    is_recording = options.record and _is_current(wanted, grounds, image_of, screen)
    reports = _prove(wanted, workshop, is_recording=is_recording)
    if options.json:
        for report in reports:
            _print(json.dumps(report.as_json()))
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
    parser.add_argument("--changed", action="store_true", help="only what changed since it was proven")
    parser.add_argument(
        "--daily-tenth", action="store_true", help="with --changed: and a tenth of the rest, another one each day"
    )
    parser.add_argument(
        "--mutate", action="store_true", help="leave out one line of each solution at a time: some check must notice"
    )
    parser.add_argument("--no-record", dest="record", action="store_false", help="leave proofs.json as it is")
    # A try also waits, for servers that start and for drills: one more than the cores keeps them busy.
    parser.add_argument(
        "--machines",
        type=int,
        default=(os.cpu_count() or 1) + 1,
        help="how many at a time (one more than this host has cores)",
    )
    options = parser.parse_args(argv)
    if options.mutate and (options.changed or options.exercise == TEXT):
        parser.error("--mutate leaves out lines of solutions: it goes with a path and --exercise alone")
    if options.daily_tenth and not options.changed:
        parser.error("--daily-tenth adds to --changed; without it all is proven anyway")
    options.path = options.path.resolve()
    return options


def today() -> date:
    """Return the day by which tenths go round, the same everywhere."""
    return datetime.now(UTC).date()


def _due(claims: Sequence[Claim], day: date, *, with_tenth: bool) -> list[Claim]:
    """Return what is not proven as it is now, and with `with_tenth` also what is due on this day."""
    return [claim for claim in claims if not claim.is_proven or (with_tenth and rota.is_due(*claim.key, day))]


def _is_current(claims: Sequence[Claim], grounds: ground.Grounds, image_of: ImageOf, screen: Console) -> bool:
    """Say whether the images are those that the folders of sandboxes/ make, and if not, that nothing is recorded."""
    stale = set()
    for image in {claim.lesson.image for claim in claims}:
        with suppress(EngineError):
            if grounds.is_current(image, image_of(image)):
                continue
        stale.add(image)
    if stale:
        screen.print(Text(f"Nothing is recorded: sandboxes/ changed since {', '.join(sorted(stale))} was built."))
        screen.print(Text("Type ./slipway up, which builds what changed, then prove again."))
    return not stale


def _prove(claims: Sequence[Claim], workshop: Workshop, *, is_recording: bool) -> list[Report]:
    """Prove, and record each as soon as it is known; return the reports in the order of the claims."""
    jobs = {claim.key: claim.jobs() for claim in claims}
    found: dict[tuple[str, str], list[Found]] = {key: [] for key in jobs}
    by_key = {claim.key: claim for claim in claims}
    # A walk takes longest: begun first, it does not run alone at the end.
    in_order: list[Job[Found]] = [job for each in jobs.values() for job in each]
    in_order.sort(key=lambda job: isinstance(job, Case))
    for outcome in workshop.do(f"Proving {len(claims)} exercises and texts", in_order):
        key = outcome.key
        found[key].append(outcome)
        if is_recording and len(found[key]) == len(jobs[key]):
            report = by_key[key].report(found[key])
            if report.is_tried:
                by_key[key].keep(held=report.ok)
    return [claim.report(found[claim.key]) for claim in claims]


def _mutate(claims: Sequence[Claim], workshop: Workshop, *, as_json: bool) -> int:
    """Try all solutions without each of their lines; return 1 when some check should have noticed and none did."""
    mutations = [mutation for claim in claims for mutation in claim.mutations()]
    if not mutations:
        workshop.screen.print(Text("There is nothing to leave out: these solutions have one line each."))
        return 0
    found = list(workshop.do(f"Leaving out {len(mutations)} lines", mutations))
    unnoticed = [each for each in found if not each.is_noticed]
    if as_json:
        for each in sorted(found, key=lambda each: mutations.index(each.mutation)):
            _print(json.dumps(each.as_json()))
    else:
        _print(f"{len(found) - len(unnoticed)} of {len(found)} lines are noticed when they are left out.")
    return 1 if unnoticed else 0


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201  (this is the command's output)
