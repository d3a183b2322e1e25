"""Render lessons and short texts as safe HTML. Pure: no Django, no IO.

A lesson is compiled once for a language (`compile_lesson`), then filled for each attempt (`LessonTemplate.fill`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slipway.lessonfile import code
from slipway.lessonfile.blocks import Kept, renderer
from slipway.lessonfile.clean import clean, clean_inline
from slipway.lessonfile.contents import LEVELS, heading_ids, name_headings
from slipway.lessonfile.labels import ENGLISH, Labels
from slipway.lessonfile.markdown import TITLE_LEVEL, Heading, headings, sections
from slipway.lessonfile.model import DEFAULT_LANGUAGE, Exercise, Lesson, Text, in_language
from slipway.lessonfile.parameters import fill
from slipway.lessonfile.template import Places, Template
from slipway.lessonfile.typed import commands


@dataclass(frozen=True, slots=True)
class Prose:
    """Text between exercises, as HTML: at most one section, whose id is empty where it has no heading."""

    html: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class ExercisePart:
    """The text of one exercise's card, as HTML, without its heading."""

    exercise_id: str
    number: int
    title: str
    html: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table of contents: the section's id, its level, and its heading as inline HTML."""

    id: str
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class RenderedLesson:
    """A lesson as it is shown: title as inline HTML, then its parts in order, and its table of contents."""

    title: str
    language: str
    parts: tuple[Prose | ExercisePart, ...]
    contents: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    exercise: Exercise | None
    title: Template
    html: Template
    section: str


@dataclass(frozen=True, slots=True)
class _Line:
    id: str
    level: int
    title: Template


@dataclass(frozen=True, slots=True)
class LessonTemplate:
    """A lesson in one language, ready to be filled."""

    title: Template
    language: str
    parts: tuple[_Part, ...]
    contents: tuple[_Line, ...]

    def fill(self, parameters: Mapping[str, str]) -> RenderedLesson:
        """Return the lesson with an attempt's parameters in their places."""
        return RenderedLesson(
            self.title.fill(parameters),
            self.language,
            tuple(_filled(part, parameters) for part in self.parts),
            tuple(Line(line.id, line.level, line.title.fill(parameters)) for line in self.contents),
        )


def _filled(part: _Part, parameters: Mapping[str, str]) -> Prose | ExercisePart:
    html = part.html.fill(parameters)
    if part.exercise is None:
        return Prose(html, part.section)
    return ExercisePart(part.exercise.id, part.exercise.number, part.title.fill(parameters), html)


def render(lesson: Lesson, language: str, parameters: Mapping[str, str]) -> RenderedLesson:
    """Compile and fill in one go."""
    return compile_lesson(lesson, language).fill(parameters)


def compile_lesson(lesson: Lesson, language: str, labels: Labels = ENGLISH) -> LessonTemplate:
    """Return a lesson's text in this language, else in English, as a template; `labels` are the page's words in it."""
    spoken = language if language in lesson.sources else DEFAULT_LANGUAGE
    places = Places(lesson.parameter_names)
    pictures = {name: places.enter(picture) for name, picture in lesson.pictures.items()}
    kept = Kept(spoken, pictures, lesson.recordings, lesson.glossary, labels)
    markdown = renderer(kept)
    tokens = markdown.parse(places.enter(lesson.sources[spoken]), kept.environment)
    name_headings(tokens, heading_ids(lesson, spoken))
    title, sections = _sections(lesson, tokens)

    def html(part: Sequence[Token]) -> Template:
        raw = markdown.renderer.render(part, markdown.options, kept.environment)
        return places.leave(kept.put_back(clean(raw, kept.ids(tokens))))

    def words(text: str) -> Template:
        return places.leave(clean_inline(markdown.renderInline(text)))

    parts = tuple(
        _Part(exercise, words(heading), html(part), _section_of(part)) for exercise, heading, part in sections
    )
    lines = tuple(
        _Line(line.id, line.level, words(line.text)) for line in headings(tokens) if line.id and line.level in LEVELS
    )
    return LessonTemplate(words(title), spoken, parts, lines)


def _section_of(part: Sequence[Token]) -> str:
    """Return the id of the section that a stretch of prose is."""
    first = part[0] if part else None
    return str(first.attrGet("id") or "") if first and first.type == "heading_open" else ""


def _sections(lesson: Lesson, tokens: Sequence[Token]) -> tuple[str, list[tuple[Exercise | None, str, list[Token]]]]:
    """Divide a page at its sections; return its title and the parts that hold anything."""
    exercises = {exercise.id: exercise for exercise in lesson.exercises}
    found = sections(tokens, exercises)
    begins: dict[int, tuple[Exercise | None, Heading]] = {
        heading.index: (None, heading) for heading in headings(tokens) if heading.level == TITLE_LEVEL
    }
    titles = [heading.text for _, heading in begins.values()]
    begins |= {section.heading.index: (exercises[section.heading.id], section.heading) for section in found}
    inside = [range(section.heading.index, section.end) for section in found]
    ends = {section.end for section in found} | {
        heading.index
        for heading in headings(tokens)
        if heading.level in LEVELS and not any(heading.index in section for section in inside)
    }
    parts: list[tuple[Exercise | None, str, list[Token]]] = [(None, "", [])]
    skip = 0
    for index, token in enumerate(tokens):
        if index in begins:
            exercise, heading = begins[index]
            skip = index + 3
            parts.append((exercise, heading.text, []))
        elif index in ends or token.type == "footnote_block_open":
            parts.append((None, "", []))
        if index >= skip:
            parts[-1][2].append(token)
    return next(iter(titles), ""), [part for part in parts if part[0] or part[2]]


@cache
def _line_reader() -> MarkdownIt:
    return MarkdownIt("commonmark")


def text_html(text: Text, language: str, parameters: Mapping[str, str] | None = None) -> str:
    """Return one short text (a title, message, hint, label) as safe inline HTML."""
    source = in_language(text, language)
    places = Places(parameters or ())
    html = clean_inline(_line_reader().renderInline(places.enter(source)))
    return places.leave(html).fill(parameters or {})


def solution_html(exercise: Exercise, parameters: Mapping[str, str], labels: Labels = ENGLISH) -> str:
    """Return what passes the exercise as a block of code to run, or nothing when only answers are asked for."""
    # A blank line only tells `prove` to wait for the prompt.
    lines = [fill(command.text, parameters) for command in commands(exercise.solution.script) if command.text]
    return code.figure("\n".join(lines), "sh", labels) if lines else ""
