"""What an attempt is, and how it can come out. Pure."""

import enum
from dataclasses import dataclass


class Outcome(enum.StrEnum):
    """How an attempt came out. What was not made proves nothing; what is lacking leaves nothing to attack."""

    HELD = "held"
    OPEN = "open"
    NOT_MADE = "not made"
    LACKING = "lacking"
    NOT_TRIED = "not tried"


class Proof(enum.StrEnum):
    """How an attempt's control came out: the same attempt made where it should succeed."""

    WORKS = "works"
    FAILS = "fails"
    IMPOSSIBLE = "impossible"
    NOT_ASKED = "not asked"


class Place(enum.StrEnum):
    """Where programs run. An attempt is the attacker's; the others are where its control runs."""

    ATTACKER = "its own machine, aimed at its own things"
    VICTIM = "the machine that it is aimed at"
    ENGINE = "the engine's container"
    HOST = "a container of the host without a wall"


class Language(enum.StrEnum):
    """What a program is written in: for bash after `inside/prologue.sh`, or for Python after `inside/prelude.py`."""

    SHELL = "shell"
    PYTHON = "python"


# What a refusal looks like, whoever words it. An attempt that fails in another way was not made.
REFUSED = r"(?i)operation not permitted|permission denied|read-only file system"
# What says that the kernel has nothing of the kind. Programs say it with exit status 77.
ABSENT = (
    r"(?i)function not implemented|unknown filesystem type|no such device|address family not supported"
    r"|protocol not supported"
)
LACKING_STATUS = 77


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Where the attempt should succeed, by which program if not by the same one, and what it needs of the host."""

    place: Place
    program: str = ""
    capability: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of root of a machine. It is open when the program ends with 0; held when its output matches `held`.

    `tried` completes the sentence "The learner tries to …".
    """

    name: str
    tried: str
    program: str
    language: Language
    control: Control
    held: str = REFUSED
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit status, None if it had to be killed, and what it said."""

    exit_status: int | None
    output: str


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the list."""

    family: str
    name: str
    tried: str
    outcome: Outcome
    observed: str
    proof: Proof = Proof.NOT_ASKED
    proven: str = ""

    @property
    def is_good(self) -> bool:
        """Tell whether nothing has to be done about it."""
        return self.outcome not in {Outcome.OPEN, Outcome.NOT_MADE} and self.proof is not Proof.FAILS
