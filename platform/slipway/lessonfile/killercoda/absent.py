"""What an exported lesson asks for that only the machines here have. Pure: no Django, no IO."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from slipway.lessonfile.killercoda.asking import lost_in_questions
from slipway.lessonfile.killercoda.fences import told_apart
from slipway.lessonfile.model import DEFAULT_LANGUAGE, Lesson
from slipway.lessonfile.parameters import fill
from slipway.lessonfile.subjects import Hub, Vm

# The site's machine is much like this one.
_LIKE_THEIRS = "lab-docker"
_KINDS = (Hub, Vm)
_PROGRAMS = re.compile(r"(?<![\w./-])(hub-image|hub-account|second-host)(?![\w.-])")
# Images of the stand-in Hub that stand in for none of the real one.
_IMAGES = re.compile(r"(?<![\w./-])(fruit-[a-z]+|tcc-builder)(?![\w-])")


def absent_elsewhere(lesson: Lesson, parameters: Mapping[str, str]) -> list[str]:
    """Say what will be missing on the other site, with where it is asked for."""
    found: dict[str, dict[str, None]] = {}
    if lesson.image != _LIKE_THEIRS:
        found[f"the machine `{lesson.image}`"] = {"the lesson": None}
    if lesson.recordings:
        found["recordings of terminals, of which only the words are left"] = dict.fromkeys(lesson.recordings)
    for where, kind in _kinds(lesson):
        found.setdefault(f"what a check `{kind}:` looks at", {})[where] = None
    for exercise in lesson.exercises:
        for what in lost_in_questions(exercise):
            found.setdefault(what, {})[exercise.id] = None
    for where, text in _texts(lesson):
        filled = fill(text, parameters)
        for kind, names in (("the program", _PROGRAMS), ("the image", _IMAGES)):
            for name in names.findall(filled):
                found.setdefault(f"{kind} `{name}`", {})[where] = None
    return [f"{what} ({', '.join(places)})" for what, places in found.items()]


def _kinds(lesson: Lesson) -> Iterator[tuple[str, str]]:
    for memory in lesson.remember:
        if isinstance(memory.subject, _KINDS):
            yield "remember", memory.subject.kind
    for exercise in lesson.exercises:
        conditions = chain.from_iterable(mistake.when for mistake in exercise.mistakes)
        for check in chain(exercise.checks, conditions):
            if isinstance(check.subject, _KINDS):
                yield exercise.id, check.subject.kind


def _texts(lesson: Lesson) -> Iterator[tuple[str, str]]:
    for step in lesson.setup:
        yield "setup", step.script
    for exercise in lesson.exercises:
        yield exercise.id, exercise.solution.script
        if exercise.drill:
            yield exercise.id, exercise.drill.script
    lines = told_apart(lesson.sources[DEFAULT_LANGUAGE].split("\n"))
    yield "the text", "\n".join(line for line, is_code in lines if is_code)
