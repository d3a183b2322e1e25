"""`./slipway bench [--json] [--peers] [MEASURE…]`: start an instance, measure, print, stop it again."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.load.measure import Outcome

MEASURES = (
    "start-warm",
    "start-cold",
    "echo",
    "echo-loaded",
    "throughput",
    "stuck",
    "terminals",
    "reconnect",
    "check",
    "page",
    "first-view",
    "preview",
    "vm-boot",
    "suspend-resume",
    "disk",
    "claim",
    "storm",
    "density",
    "exhaustion",
)

# Those that are taken of other web terminals too.
OF_PEERS = ("echo", "throughput", "reconnect", "stuck", "terminals")


def main(argv: list[str]) -> int:
    """Run the measures that were asked for, all by default. Return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="./slipway bench", description=main.__doc__)
    parser.add_argument("measures", metavar="MEASURE", nargs="*", help=", ".join(MEASURES))
    parser.add_argument("--json", action="store_true", help="print one object per line")
    parser.add_argument("--peers", action="store_true", help=f"beside other web terminals: {', '.join(OF_PEERS)}")
    parser.add_argument("--brief", action="store_true", help="with --peers: few repetitions, to see that all work")
    arguments = parser.parse_args(argv)
    known = OF_PEERS if arguments.peers else MEASURES
    if unknown := set(arguments.measures) - set(known):
        parser.error(f"there is no measure {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if arguments.brief and not arguments.peers:
        parser.error("--brief goes with --peers")
    if arguments.peers:
        _compare(arguments.measures or list(OF_PEERS), is_brief=arguments.brief, as_json=arguments.json)
        return 0
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder:
        outcomes = _measure(Path(folder), arguments.measures or list(MEASURES), as_json=arguments.json)
    if not arguments.json:
        console = Console(soft_wrap=True, highlight=False)
        console.print(_table(outcomes))
        console.print("The goals:", *(f"  {outcome.goal_in_words}" for outcome in outcomes), sep="\n", markup=False)
    return int(not all(outcome.met for outcome in outcomes))


def _measure(home: Path, names: list[str], *, as_json: bool) -> list[Outcome]:
    # Settings are read when Django is first imported, so the folder has to be known before.
    os.environ["SLIPWAY_HOME"] = str(home)
    from tests.load.stage import Stage  # noqa: PLC0415

    outcomes = []
    with Stage(home) as stage:
        for name in names:
            print(f"measuring {name}", file=sys.stderr, flush=True)
            outcome = _function(name)(stage)
            # At once: the table comes at the end, and not at all when a later measure breaks off.
            print(*outcome.as_row(), outcome.goal_in_words, sep="  ", file=sys.stderr, flush=True)
            if as_json:
                print(outcome.as_json(), flush=True)
            outcomes.append(outcome)
    return outcomes


def _compare(names: list[str], *, is_brief: bool, as_json: bool) -> None:
    installed = Path(os.environ["SLIPWAY_HOME"])
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder:
        os.environ["SLIPWAY_HOME"] = folder
        from tests.load.stage import Stage  # noqa: PLC0415  (likewise)

        with Stage(Path(folder)) as stage:
            from tests.load.peers.run import compare  # noqa: PLC0415  (it imports models, for which Stage set Django up)

            compare(stage, installed, names, is_brief=is_brief, as_json=as_json)


def _function(name: str) -> Callable[..., Outcome]:
    from tests.load import (  # noqa: PLC0415  (they import Django's models)
        check,
        claim,
        crowd,
        echo,
        exhaustion,
        first_view,
        lasting,
        page,
        preview,
        reconnect,
        start,
        storm,
        stuck,
        vm,
    )

    functions: dict[str, Callable[..., Outcome]] = {
        "start-warm": start.warm,
        "start-cold": start.cold,
        "echo": echo.echo,
        "echo-loaded": crowd.echo_loaded,
        "throughput": echo.throughput,
        "stuck": stuck.stuck,
        "terminals": crowd.terminals,
        "reconnect": reconnect.reconnect,
        "check": check.check,
        "page": page.page,
        "first-view": first_view.first_view,
        "preview": preview.preview,
        "vm-boot": vm.boot,
        "suspend-resume": lasting.suspend_resume,
        "disk": lasting.disk,
        "claim": claim.claim,
        "storm": storm.storm,
        "density": lasting.density,
        "exhaustion": exhaustion.exhaustion,
    }
    return functions[name]


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(title="slipway bench")
    for heading in ("measure", "p50", "p95", "floor p50", "ratio", "n", "goal"):
        table.add_column(heading)
    for outcome in outcomes:
        table.add_row(*outcome.as_row())
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
