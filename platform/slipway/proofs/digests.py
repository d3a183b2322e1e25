"""What a proof rests on, as one hash: when anything of it changes, it has to be proven again. Pure: no Django, no IO.

Left out is what people read and nothing tries: prose, titles, messages, hints, explanations, points, pictures. Files
are hashed as they were read, so a change to a reader counts exactly where it reads something else.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from slipway.lessonfile.model import AnswerField, Check, Exercise, Lesson, Mistake, SetupStep, Solution, WrongAttempt
from slipway.lessonfile.typed import commands
from slipway.lessonfile.walkthrough import Block, Ending, Opening, Step, steps

# Stands where an exercise's id does; no exercise can be called so.
TEXT = "(text)"
_DIGITS = 32
# A field that is not named here counts.
_FOR_PEOPLE: Mapping[type, frozenset[str]] = {
    # Options, units and predictions count in the checks, mistakes and answers that are made of them.
    AnswerField: frozenset({"label", "options", "unit", "is_prediction", "outcome"}),
    Check: frozenset({"title", "message", "hint", "expected"}),
    Exercise: frozenset({"number", "title", "points", "hints", "explain", "covers", "after"}),
    Mistake: frozenset({"say", "hint"}),
    # Which exercises need a step shows in which have it.
    SetupStep: frozenset({"title", "exercises"}),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What every proof of a lesson rests on beside the lesson: its sandbox image, and the code that decides."""

    image: str
    code: str


def exercise_digest(lesson: Lesson, exercise: Exercise, ground: Ground) -> str:
    """Return the hash of all that the proof of an exercise rests on."""
    before = [{"id": other.id, "solution": _plain(other.solution)} for other in lesson.before(exercise)]
    return _hash(
        {"exercise": _plain(exercise), "before": before, "around": _around(lesson.prepared_for(exercise), ground)}
    )


def text_digest(lesson: Lesson, ground: Ground) -> str:
    """Return the hash of all that the proof of a lesson's text rests on: its commands, and all exercises done."""
    exercises = [_plain(exercise) for exercise in lesson.exercises]
    for exercise in exercises:
        # Nothing goes wrong on purpose when a text is gone through.
        del exercise["mistakes"], exercise["wrong_attempts"]
    walk = [_told(step) for step in steps(lesson)]
    return _hash({"walk": walk, "exercises": exercises, "around": _around(lesson, ground)})


def digests(lesson: Lesson, ground: Ground) -> dict[str, str]:
    """Return the hashes of all exercises by id, and of the text."""
    return {exercise.id: exercise_digest(lesson, exercise, ground) for exercise in lesson.exercises} | {
        TEXT: text_digest(lesson, ground)
    }


def _around(lesson: Lesson, ground: Ground) -> dict[str, Any]:
    kept = {name: _plain(getattr(lesson, name)) for name in ("image", "parameters", "remember", "setup")}
    return kept | {"ground": _plain(ground)}


def _told(step: Step) -> list[str | None]:
    match step:
        case Block(_, text, output):
            return ["run", text, output.text if output else None]
        case Opening(exercise):
            return ["open", exercise.id]
        case Ending(exercise):
            return ["do", exercise.id]


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, its classes named and without what is for people."""
    if is_dataclass(value) and not isinstance(value, type):
        left_out = _FOR_PEOPLE.get(type(value), frozenset())
        found = {
            field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.name not in left_out
        }
        if isinstance(value, Solution | WrongAttempt):
            found["script"] = [command.text for command in commands(value.script)]
        return {"": type(value).__name__, **found}
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def _hash(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]
