"""A lesson's text as a learner goes through it: commands to run, exercises where they stand. Pure: no Django, no IO."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from slipway.lessonfile.markdown import is_run, reader, sections
from slipway.lessonfile.model import DEFAULT_LANGUAGE, Exercise, Lesson


@dataclass(frozen=True, slots=True)
class Shown:
    """What a text shows as a command's output; `line` is that of its first line in the file."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block of commands with Run beside it. `line` is that of its first command in the file."""

    line: int
    text: str
    output: Shown | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """An exercise's section begins."""

    exercise: Exercise


@dataclass(frozen=True, slots=True)
class Ending:
    """An exercise's section ends: the learner has read all of it and does the exercise."""

    exercise: Exercise


Step = Block | Opening | Ending


def steps(lesson: Lesson) -> tuple[Step, ...]:
    """Return the English text from top to bottom. A section ends as its card does on the page."""
    return tuple(_steps(lesson, reader().parse(lesson.sources[DEFAULT_LANGUAGE])))


def blocks(tokens: Sequence[Token]) -> list[Block]:
    """Return the blocks that the page runs, wherever in a text they stand."""
    return [block for at in range(len(tokens)) if (block := _block_at(tokens, at))]


def _steps(lesson: Lesson, tokens: Sequence[Token]) -> Iterator[Step]:
    exercises = {exercise.id: exercise for exercise in lesson.exercises}
    found = sections(tokens, exercises)
    begins = {section.heading.index: exercises[section.heading.id] for section in found}
    ends = {section.end: exercises[section.heading.id] for section in found}
    for at in range(len(tokens)):
        if at in ends:
            yield Ending(ends[at])
        if at in begins:
            yield Opening(begins[at])
        if block := _block_at(tokens, at):
            yield block
    if len(tokens) in ends:
        yield Ending(ends[len(tokens)])


def _block_at(tokens: Sequence[Token], at: int) -> Block | None:
    token = tokens[at]
    if token.type != "fence" or not is_run(token.info) or not token.content.strip():
        return None
    below = tokens[at + 1] if at + 1 < len(tokens) else None
    output = None
    if below and below.type == "fence" and below.info.split()[:1] == ["output"]:
        output = Shown(_first_line(below), below.content)
    return Block(_first_line(token), token.content.strip("\n"), output)


def _first_line(fence: Token) -> int:
    return (fence.map or [0])[0] + 2
