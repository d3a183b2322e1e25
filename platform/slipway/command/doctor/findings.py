"""What the doctor says of one prerequisite. Pure."""

import enum
from dataclasses import dataclass


class Level(enum.StrEnum):
    """How bad it is: fine, works with a flaw, or Slipway will not work."""

    FINE = "fine"
    WARNING = "warning"
    BLOCKER = "blocker"


@dataclass(frozen=True, slots=True)
class Finding:
    """One prerequisite: what was seen, and the cure unless it is fine."""

    subject: str
    level: Level
    observed: str
    cure: str = ""


def fine(subject: str, observed: str) -> Finding:
    """Return a finding without a complaint."""
    return Finding(subject, Level.FINE, observed)


def warning(subject: str, observed: str, cure: str) -> Finding:
    """Return a finding of something that limits Slipway."""
    return Finding(subject, Level.WARNING, observed, cure)


def blocker(subject: str, observed: str, cure: str) -> Finding:
    """Return a finding of something that Slipway cannot work with."""
    return Finding(subject, Level.BLOCKER, observed, cure)
