"""What proving found out, put together: one report for each exercise, and one for each lesson's text. Pure: no IO."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slipway.proofs.digests import TEXT
from slipway.prover.cases import Outcome
from slipway.prover.walking import Walked


@dataclass(frozen=True, slots=True)
class ExerciseReport:
    """All that was found out about one exercise."""

    lesson: str
    exercise: str
    nothing_fails: bool | None
    solution_passes: bool
    wrong: dict[str, bool]
    seconds: float
    notes: tuple[str, ...]
    is_tried: bool = True

    @classmethod
    def of(cls, lesson: str, exercise: str, outcomes: Sequence[Outcome]) -> "ExerciseReport":
        """Put the outcomes of an exercise's cases together."""
        solved = [outcome for outcome in outcomes if outcome.case.attempt is None]
        tried = sorted((outcome for outcome in outcomes if outcome.case.attempt), key=lambda outcome: outcome.place)
        return cls(
            lesson,
            exercise,
            nothing_fails=solved[0].nothing_fails if solved else None,
            solution_passes=any(outcome.is_good for outcome in solved),
            wrong={outcome.case.attempt.name: outcome.is_good for outcome in tried if outcome.case.attempt},
            seconds=sum(outcome.seconds for outcome in outcomes),
            notes=tuple(note for outcome in outcomes for note in outcome.notes),
            is_tried=all(outcome.is_tried for outcome in outcomes),
        )

    @property
    def ok(self) -> bool:
        """Say whether everything was as it must be."""
        return bool(self.nothing_fails) and self.solution_passes and all(self.wrong.values())

    def as_json(self) -> dict[str, Any]:
        """Return one line of `prove --json`."""
        return {
            "lesson": self.lesson,
            "exercise": self.exercise,
            "nothing_fails": bool(self.nothing_fails),
            "solution_passes": self.solution_passes,
            "wrong": self.wrong,
            "seconds": round(self.seconds, 2),
            "tried": self.is_tried,
            "ok": self.ok,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class TextReport:
    """What was found out about a lesson's text."""

    lesson: str
    walked: Walked
    exercise: str = TEXT

    @property
    def is_tried(self) -> bool:
        """Say whether the engine did its part, so that this tells something about the lesson."""
        return self.walked.is_tried

    @property
    def ok(self) -> bool:
        """Say whether everything was as it must be."""
        return not self.walked.notes

    def as_json(self) -> dict[str, Any]:
        """Return one line of `prove --json`."""
        return {
            "lesson": self.lesson,
            "exercise": self.exercise,
            "blocks": self.walked.blocks,
            "outputs": self.walked.outputs,
            "undone": list(self.walked.undone),
            "seconds": round(self.walked.seconds, 2),
            "tried": self.is_tried,
            "ok": self.ok,
            "notes": list(self.walked.notes),
        }


Report = ExerciseReport | TextReport
