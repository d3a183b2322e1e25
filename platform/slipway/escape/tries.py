"""Make all attempts of a family, and run their controls where there is a place for them."""

from collections.abc import Iterator, Sequence

from slipway.escape import capabilities, judging
from slipway.escape.attempts import Attempt, Place, Proof, Result
from slipway.escape.bench import Bench, Program


def of_family(bench: Bench, family: str, attempts: Sequence[Attempt]) -> Iterator[Result]:
    """Give the result of each attempt, in order."""
    ran = bench.run(Place.ATTACKER, [(each.language, each.program, each.seconds) for each in attempts])
    proven = _proofs(bench, attempts) if bench.wallless else {}
    for attempt, how in zip(attempts, ran, strict=True):
        outcome, observed = judging.outcome(attempt, how)
        proof, why = proven.get(attempt.name, (Proof.NOT_ASKED, ""))
        yield Result(family, attempt.name, attempt.tried, outcome, observed, proof, why)


def _proofs(bench: Bench, attempts: Sequence[Attempt]) -> dict[str, tuple[Proof, str]]:
    """Run the controls, those of one place together."""
    owned = capabilities.owned()
    found: dict[str, tuple[Proof, str]] = {}
    for place in Place:
        here = [attempt for attempt in attempts if attempt.control.place is place]
        ran = bench.run(place, [_program(attempt) for attempt in here]) if here else []
        for attempt, how in zip(here, ran, strict=True):
            wanted = attempt.control.capability
            found[attempt.name] = judging.proof(how, missing_capability="" if wanted in {"", *owned} else wanted)
    return found


def _program(attempt: Attempt) -> Program:
    return attempt.language, attempt.control.program or attempt.program, attempt.seconds
