"""Render lessons and short texts as safe HTML. Pure: no Django, no IO.

A lesson is compiled once for a language (`compile_lesson`), then filled for each attempt (`LessonTemplate.fill`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from slipway.lessonfile import code
from slipway.lessonfile.alignment import LEVELS, completed, only
from slipway.lessonfile.blocks import Kept, renderer
from slipway.lessonfile.clean import clean, clean_inline
from slipway.lessonfile.contents import aligned, name_headings
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
    language: str = DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class ExercisePart:
    """The text of one exercise's card, as HTML, without its heading."""

    exercise_id: str
    number: int
    title: str
    html: str
    language: str = DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table of contents: the section's id, its level, and its heading as inline HTML."""

    id: str
    level: int
    title: str
    language: str = DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class RenderedLesson:
    """A lesson as it is shown: title as inline HTML, then its parts in order, and its table of contents.

    `language` is that of the text; sections that it leaves out are in English, and say so.
    """

    title: str
    language: str
    parts: tuple[Prose | ExercisePart, ...]
    contents: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Written:
    """A text to compile, with its headings' ids."""

    language: str
    source: str
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The tokens of one part; of an exercise's, without its heading."""

    exercise: Exercise | None = None
    heading: Heading | None = None
    tokens: list[Token] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    id: str
    level: int
    title: Template


@dataclass(frozen=True, slots=True)
class _Part:
    exercise: Exercise | None
    title: Template
    html: Template
    section: str
    language: str
    lines: tuple[_Line, ...]
    is_notes: bool


@dataclass(frozen=True, slots=True)
class LessonTemplate:
    """A lesson in one language, ready to be filled."""

    title: Template
    language: str
    parts: tuple[_Part, ...]

    @property
    def contents(self) -> tuple[_Line, ...]:
        """The headings of all parts, in their order."""
        return tuple(line for part in self.parts for line in part.lines)

    def fill(self, parameters: Mapping[str, str]) -> RenderedLesson:
        """Return the lesson with an attempt's parameters in their places."""
        return RenderedLesson(
            self.title.fill(parameters),
            self.language,
            tuple(_filled(part, parameters) for part in self.parts),
            tuple(
                Line(line.id, line.level, line.title.fill(parameters), part.language)
                for part in self.parts
                for line in part.lines
            ),
        )


def _filled(part: _Part, parameters: Mapping[str, str]) -> Prose | ExercisePart:
    html = part.html.fill(parameters)
    if part.exercise is None:
        return Prose(html, part.section, part.language)
    title = part.title.fill(parameters)
    return ExercisePart(part.exercise.id, part.exercise.number, title, html, part.language)


def render(lesson: Lesson, language: str, parameters: Mapping[str, str]) -> RenderedLesson:
    """Compile and fill in one go."""
    return compile_lesson(lesson, language).fill(parameters)


def compile_lesson(lesson: Lesson, language: str, labels: Labels = ENGLISH) -> LessonTemplate:
    """Return a lesson's text in this language, else in English, as a template; `labels` are the page's words in it.

    Sections that the language has not are in English, at their place.
    """
    spoken = language if language in lesson.sources else DEFAULT_LANGUAGE
    found = aligned(lesson, spoken)
    own = _compiled(lesson, _Written(spoken, lesson.sources[spoken], found.ids), labels)
    if not found.missing:
        return own
    ids = aligned(lesson, DEFAULT_LANGUAGE).ids
    source = only(lesson.sources[DEFAULT_LANGUAGE], ids, found.missing)
    english = _compiled(lesson, _Written(DEFAULT_LANGUAGE, source, ids), labels)
    body = completed([part for part in own.parts if not part.is_notes], english.parts, found.missing, _id_of)
    notes = [part for part in (*own.parts, *english.parts) if part.is_notes]
    return replace(own, parts=(*body, *notes))


def _compiled(lesson: Lesson, text: _Written, labels: Labels) -> LessonTemplate:
    places = Places(lesson.parameter_names)
    pictures = {name: places.enter(picture) for name, picture in lesson.pictures.items()}
    kept = Kept(text.language, pictures, lesson.recordings, lesson.glossary, labels)
    markdown = renderer(kept)
    tokens = markdown.parse(places.enter(text.source), kept.environment)
    name_headings(tokens, text.ids)

    def html(part: Sequence[Token]) -> Template:
        raw = markdown.renderer.render(part, markdown.options, kept.environment)
        return places.leave(kept.put_back(clean(raw, kept.ids(tokens))))

    def words(text: str) -> Template:
        return places.leave(clean_inline(markdown.renderInline(text)))

    def part_of(stretch: _Stretch) -> _Part:
        begins = [stretch.heading] if stretch.heading else []
        return _Part(
            exercise=stretch.exercise,
            title=words(stretch.heading.text if stretch.heading else ""),
            html=html(stretch.tokens),
            section=_section_of(stretch.tokens),
            language=text.language,
            lines=tuple(
                _Line(line.id, line.level, words(line.text))
                for line in (*begins, *headings(stretch.tokens))
                if line.id and line.level in LEVELS
            ),
            is_notes=any(token.type == "footnote_block_open" for token in stretch.tokens),
        )

    title, stretches = _divided(lesson, tokens)
    return LessonTemplate(words(title), text.language, tuple(part_of(stretch) for stretch in stretches))


def _id_of(part: _Part) -> str:
    return part.exercise.id if part.exercise else part.section


def _section_of(part: Sequence[Token]) -> str:
    """Return the id of the section that a stretch of prose is."""
    first = part[0] if part else None
    return str(first.attrGet("id") or "") if first and first.type == "heading_open" else ""


def _divided(lesson: Lesson, tokens: Sequence[Token]) -> tuple[str, list[_Stretch]]:
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
    parts = [_Stretch()]
    skip = 0
    for index, token in enumerate(tokens):
        if index in begins:
            exercise, heading = begins[index]
            skip = index + 3
            parts.append(_Stretch(exercise, heading))
        elif index in ends or token.type == "footnote_block_open":
            parts.append(_Stretch())
        if index >= skip:
            parts[-1].tokens.append(token)
    return next(iter(titles), ""), [part for part in parts if part.exercise or part.tokens]


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
