"""The list as it is printed. Pure."""

from collections import Counter
from collections.abc import Sequence

from slipway.escape.attempts import Outcome, Proof, Result

PROOFS = {
    Proof.WORKS: "control: succeeds",
    Proof.FAILS: "CONTROL FAILED",
    Proof.IMPOSSIBLE: "no control here",
}


def line(result: Result) -> str:
    """Return the line of one attempt: how it came out, what was tried, what was seen."""
    notes = [result.observed]
    # What this kernel lacks, no control can have either.
    if result.proof is not Proof.NOT_ASKED and result.outcome is not Outcome.LACKING:
        notes.append(PROOFS[result.proof] + (f", {result.proven}" if result.proven else ""))
    said = "; ".join(note for note in notes if note)
    return f"{result.outcome.value:<9} {result.family}/{result.name}: {result.tried} [{said}]"


def summary(results: Sequence[Result], seconds: float) -> str:
    """Return what all lines come to."""
    counts = Counter(result.outcome for result in results)
    words = [f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome]]
    text = f"{len(results)} attempts in {seconds:.0f} s: {', '.join(words)}"
    proofs = Counter(result.proof for result in results if result.proof is not Proof.NOT_ASKED)
    if proofs:
        text += (
            f". Controls: {proofs[Proof.WORKS]} succeed, {proofs[Proof.IMPOSSIBLE]} cannot be made here,"
            f" {proofs[Proof.FAILS]} failed"
        )
    return text + "."
