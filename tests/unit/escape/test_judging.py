"""How an attempt came out is told from how its program ended."""

import pytest

from slipway.escape import judging, report
from slipway.escape.attempts import Attempt, Control, Language, Outcome, Place, Proof, Ran, Result

ATTEMPT = Attempt(
    name="disk", tried="read the disk", program="cat d", language=Language.SHELL, control=Control(place=Place.HOST)
)


@pytest.mark.parametrize(
    ("ran", "expected"),
    [
        (Ran(0, "data"), (Outcome.OPEN, "data")),
        (Ran(0, ""), (Outcome.OPEN, "it succeeded")),
        (Ran(1, "mknod: d: Operation not permitted\n"), (Outcome.HELD, "mknod: d: Operation not permitted")),
        (Ran(1, "PermissionError: [Errno 13] Permission denied: 'd'"),
         (Outcome.HELD, "PermissionError: [Errno 13] Permission denied: 'd'")),
        (Ran(1, "OSError: [Errno 38] Function not implemented"),
         (Outcome.LACKING, "OSError: [Errno 38] Function not implemented")),
        (Ran(77, "lacking: cgroup v1\n"), (Outcome.LACKING, "lacking: cgroup v1")),
        (Ran(127, "bash: line 1: mknod: command not found"),
         (Outcome.NOT_MADE, "bash: line 1: mknod: command not found")),
        (Ran(1, ""), (Outcome.NOT_MADE, "exit status 1")),
        (Ran(None, "Permission denied"), (Outcome.NOT_MADE, judging.KILLED)),
    ],
)  # fmt: skip
def test_outcome(ran: Ran, expected: tuple[Outcome, str]) -> None:
    """Held is what was refused in words; what failed in another way proves nothing."""
    assert judging.outcome(ATTEMPT, ran) == expected


@pytest.mark.parametrize(
    ("ran", "missing", "expected"),
    [
        (Ran(0, "data"), "", Proof.WORKS),
        (Ran(1, "Operation not permitted"), "", Proof.FAILS),
        (Ran(1, "Operation not permitted"), "SYS_MODULE", Proof.IMPOSSIBLE),
        (Ran(1, "mount: unknown filesystem type 'tracefs'."), "", Proof.IMPOSSIBLE),
        (Ran(77, "lacking: cgroup v1"), "", Proof.IMPOSSIBLE),
        (Ran(None, ""), "", Proof.FAILS),
    ],
)
def test_proof(ran: Ran, missing: str, expected: Proof) -> None:
    """A control that is refused shows that the attempt tells nothing, unless kernel or host lack what it needs."""
    assert judging.proof(ran, missing_capability=missing)[0] is expected


@pytest.mark.parametrize(
    ("outcome", "proof", "is_good"),
    [
        (Outcome.HELD, Proof.WORKS, True),
        (Outcome.HELD, Proof.FAILS, False),
        (Outcome.LACKING, Proof.IMPOSSIBLE, True),
        (Outcome.NOT_TRIED, Proof.NOT_ASKED, True),
        (Outcome.NOT_MADE, Proof.WORKS, False),
        (Outcome.OPEN, Proof.WORKS, False),
        (Outcome.OPEN, Proof.NOT_ASKED, False),
    ],
)
def test_what_makes_the_command_fail(outcome: Outcome, proof: Proof, is_good: bool) -> None:  # noqa: FBT001
    """Whatever is open, was not made, or has a control that failed."""
    assert Result("devices", "disk", "read", outcome, "", proof).is_good is is_good


def test_a_line_says_all() -> None:
    """How it came out, what was tried, what was seen, what the control showed."""
    result = Result("devices", "disk", "read the disk", Outcome.HELD, "denied", Proof.IMPOSSIBLE, "no such device")
    assert report.line(result) == ("held      devices/disk: read the disk [denied; no control here, no such device]")


def test_the_summary_counts() -> None:
    """Outcomes and controls."""
    results = [
        Result("devices", "disk", "read", Outcome.HELD, "", Proof.WORKS),
        Result("checks", "socket", "answer", Outcome.OPEN, "", Proof.WORKS),
        Result("terminal", "bidi", "turn", Outcome.NOT_TRIED, "no browser"),
    ]
    assert report.summary(results, 61.4) == (
        "3 attempts in 61 s: 1 held, 1 open, 1 not tried. Controls: 2 succeed, 0 cannot be made here, 0 failed."
    )
