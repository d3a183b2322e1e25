"""Tell from how a program ended how the attempt came out, and what its control shows. Pure."""

import re

from slipway.escape.attempts import ABSENT, LACKING_STATUS, Attempt, Outcome, Proof, Ran

SHOWN = 160
KILLED = "it did not end in time"


def outcome(attempt: Attempt, ran: Ran) -> tuple[Outcome, str]:
    """Return how an attempt came out and the line of its output that says so."""
    if ran.exit_status is None:
        return Outcome.NOT_MADE, KILLED
    if ran.exit_status == 0:
        return Outcome.OPEN, last_line(ran.output) or "it succeeded"
    if ran.exit_status == LACKING_STATUS:
        return Outcome.LACKING, last_line(ran.output)
    if line := line_that_matches(attempt.held, ran.output):
        return Outcome.HELD, line
    if line := line_that_matches(ABSENT, ran.output):
        return Outcome.LACKING, line
    return Outcome.NOT_MADE, last_line(ran.output) or f"exit status {ran.exit_status}"


def proof(ran: Ran, *, missing_capability: str = "") -> tuple[Proof, str]:
    """Return what a control shows. It is impossible where kernel or host lack what the attempt needs to succeed."""
    if ran.exit_status == 0:
        return Proof.WORKS, ""
    if ran.exit_status is None:
        return Proof.FAILS, KILLED
    if missing_capability:
        return Proof.IMPOSSIBLE, f"this host lacks CAP_{missing_capability}"
    if ran.exit_status == LACKING_STATUS:
        return Proof.IMPOSSIBLE, last_line(ran.output)
    if line := line_that_matches(ABSENT, ran.output):
        return Proof.IMPOSSIBLE, f"this kernel has none: {line}"
    return Proof.FAILS, last_line(ran.output) or f"exit status {ran.exit_status}"


def last_line(output: str) -> str:
    """Return the last line that says something, cut."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:SHOWN] if lines else ""


def line_that_matches(pattern: str, output: str) -> str:
    """Return the last line in which a pattern is found, cut; an empty text if there is none."""
    lines = [line.strip() for line in output.splitlines() if re.search(pattern, line)]
    return lines[-1][:SHOWN] if lines else ""
