"""What must fit together across the files of a lesson: sections, translations, pictures, parameters. No Django."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest
from pathlib import Path

from markdown_it.token import Token

from slipway.lessonfile.alignment import MADE, align, lines_of, made_ids
from slipway.lessonfile.files import Folder
from slipway.lessonfile.markdown import (
    EXERCISE_LEVELS,
    GLOSSARY_LINK,
    TITLE_LEVEL,
    Heading,
    file_of,
    headings,
    is_run,
    pictures,
    reader,
)
from slipway.lessonfile.model import DEFAULT_LANGUAGE, Lesson
from slipway.lessonfile.nodes import Node
from slipway.lessonfile.parameters import names_in
from slipway.lessonfile.pictures import faults
from slipway.lessonfile.problems import nearest
from slipway.lessonfile.recordings import SOURCE as RECORDING
from slipway.lessonfile.recordings import faults as recording_faults
from slipway.lessonfile.recordings import is_recording
from slipway.lessonfile.typed import faults as unexplained_remarks
from slipway.lessonfile.walkthrough import Block, blocks

_PICTURE = re.compile(r"pictures/([A-Za-z0-9][A-Za-z0-9._-]*\.svg)")


def image_name(node: Node, folder: Path) -> str:
    """Return the sandbox image's name; report one that is no folder of the nearest sandboxes/ above the lesson."""
    name = node.text("`image`")
    homes = [parent / "sandboxes" for parent in folder.resolve().parents if (parent / "sandboxes").is_dir()]
    images = {path.parent.name for home in homes[:1] for path in home.glob("lab-*/Dockerfile")}
    if images and name not in images:
        node.problem(f"There is no sandbox image `{name}`.", nearest(name, images))
    return name


def check(lesson: Lesson, folder: Folder, yaml: str, scripts: Mapping[str, str], places: Mapping[str, int]) -> None:
    """Report everything that does not fit together. `places` are the lines of the exercises' ids in lesson.yaml."""
    english = reader().parse(lesson.sources.get(DEFAULT_LANGUAGE, ""))
    for language in lesson.languages:
        name = "lesson.md" if language == DEFAULT_LANGUAGE else f"lesson.{language}.md"
        source = lesson.sources.get(language)
        if source is None:
            if language != DEFAULT_LANGUAGE:
                folder.problems.add(
                    folder.label(name), 1, "The file is missing.", f"Translate lesson.md into {language}."
                )
            continue
        tokens = reader().parse(source)
        page = _Page(lesson, folder, name, tokens)
        page.check_title()
        page.check_sections(places)
        if language == DEFAULT_LANGUAGE:
            page.check_exercises(places)
        else:
            page.check_translation(english, places)
        page.check_pictures(language)
        page.check_recordings(language)
        page.check_terms()
        page.check_outputs()
        page.check_commands()
    for language in sorted(lesson.sources.keys() - set(lesson.languages)):
        folder.problems.add(
            folder.label(f"lesson.{language}.md"),
            1,
            f"The course has no language `{language}`.",
            nearest(language, lesson.languages),
        )
    for name, picture in lesson.pictures.items():
        for line, message, instead in faults(picture):
            folder.problems.add(folder.label(f"pictures/{name}"), line, message, instead)
    for name, recording in lesson.recordings.items():
        for line, message, instead in recording_faults(recording):
            folder.problems.add(folder.label(f"recordings/{name}"), line, message, instead)
    _check_parameters(lesson, folder, yaml, scripts)


class _Page:
    """One Markdown file of a lesson, held against lesson.yaml."""

    def __init__(self, lesson: Lesson, folder: Folder, name: str, tokens: Sequence[Token]) -> None:
        self.lesson = lesson
        self.folder = folder
        self.name = name
        self.tokens = tokens
        self.headings = headings(tokens)

    def problem(self, line: int, message: str, instead: str) -> None:
        """Report a mistake in this file."""
        self.folder.problems.add(self.folder.label(self.name), line, message, instead)

    def check_title(self) -> None:
        """Report a page that does not begin with its title, or has several."""
        if not self.headings or self.headings[0].level != TITLE_LEVEL:
            self.problem(1, "The lesson does not begin with its title.", "Begin the file with `# Title`.")
        for heading in self.headings[1:]:
            if heading.level == TITLE_LEVEL:
                self.problem(heading.line, "There is a second title.", f"Write `## {heading.text}`.")

    def check_sections(self, places: Mapping[str, int]) -> None:
        """Report doubled ids, exercises' headings of a level that is none, and another order than the exercises'."""
        found: dict[str, Heading] = {}
        for heading in self.headings:
            if heading.id and heading.id in found:
                self.problem(heading.line, f"The id `{heading.id}` stands on two headings.", "Give each its own.")
            elif heading.id in places and heading.level not in EXERCISE_LEVELS:
                self.problem(
                    heading.line,
                    "An exercise's heading has level 2 or 3.",
                    f"Write `## {heading.text} {{#{heading.id}}}`.",
                )
            found.setdefault(heading.id, heading)
        order = [heading.id for heading in found.values() if heading.id in places]
        if order != [exercise_id for exercise_id in places if exercise_id in found]:
            self.problem(
                1,
                "The sections stand in another order than the exercises.",
                f"Write them as in lesson.yaml: {', '.join(places)}.",
            )

    def check_exercises(self, places: Mapping[str, int]) -> None:
        """Report exercises without a section, and ids that are of no use."""
        for heading in self._unknown(places):
            if not heading.id.startswith(MADE):
                self.problem(
                    heading.line,
                    f"The section `{heading.id}` has no exercise in lesson.yaml.",
                    f"{nearest(heading.id, places)} Or remove the id, or begin it with `{MADE}`.",
                )
        there = {heading.id for heading in self.headings}
        for exercise_id in [name for name in places if name not in there]:
            self.folder.problems.add(
                self.folder.label("lesson.yaml"),
                places[exercise_id],
                f"The exercise `{exercise_id}` has no section in {self.name}.",
                f"Write `## Title {{#{exercise_id}}}` there.",
            )

    def check_translation(self, english: Sequence[Token], places: Mapping[str, int]) -> None:
        """Report what the English text has not, what is missing inside of a translated section, and other blocks.

        A whole section may be missing: the page has it in English then.
        """
        theirs = list(made_ids(headings(english)))
        for heading in self._unknown({*places, *theirs}):
            self.problem(
                heading.line, f"lesson.md has no section `{heading.id}`.", nearest(heading.id, {*theirs} - {""})
            )
        found = align(self.tokens, english, places)
        for heading in headings(english):
            if heading.id and heading.id not in found.missing and heading.id not in found.ids:
                self.problem(
                    1,
                    f"The heading `{heading.id}` is missing in a section that is translated.",
                    f"Write a heading with `{{#{heading.id}}}` there.",
                )
        for place in found.unclear:
            self.problem(
                place.line,
                f"Headings without an id from here on: {place.count}. At that place in lesson.md: {len(place.ids)}.",
                f"Give each the id of what it translates: {', '.join(f'`{{#{name}}}`' for name in place.ids)}."
                if place.ids
                else "Write the section in lesson.md too, or remove its heading.",
            )
        left_out = lines_of(english, theirs, found.missing)
        if not found.unclear:
            self._check_blocks([each for each in blocks(english) if not any(each.line in span for span in left_out)])

    def _unknown(self, known: Collection[str]) -> Iterator[Heading]:
        """Yield the headings with an id that is not known, and that this text does not link to."""
        linked = {address.removeprefix("#") for address, _ in self._links()}
        return (heading for heading in self.headings if heading.id and heading.id not in {*known, *linked})

    def _check_blocks(self, english: Sequence[Block]) -> None:
        """Report the first command or output that is another one than in the English text: only that one is tried."""
        for ours, theirs in zip_longest(blocks(self.tokens), english):
            if ours is None:
                self.problem(
                    1, f"The command in line {theirs.line} of lesson.md is missing.", f"Add `{theirs.text[:80]}`."
                )
            elif theirs is None:
                self.problem(ours.line, "lesson.md has no such command.", "Run the same commands in every language.")
            elif ours.text != theirs.text:
                self.problem(ours.line, f"lesson.md runs another command in line {theirs.line}.", "Write the same.")
            elif (ours.output and ours.output.text) != (theirs.output and theirs.output.text):
                self.problem(ours.line, f"lesson.md shows another output at line {theirs.line}.", "Show the same.")
            else:
                continue
            return

    def check_pictures(self, language: str) -> None:
        """Report pictures that are missing, lie elsewhere, or say nothing to those who cannot see them."""
        for source, alternative, line in pictures(self.tokens):
            if is_recording(source):
                continue
            found = _PICTURE.fullmatch(source)
            if not found:
                self.problem(
                    line,
                    f"The picture `{source[:80]}` is no SVG of this lesson.",
                    "Put it into pictures/ and write `pictures/NAME.svg`.",
                )
            elif found[1] not in self.lesson.pictures:
                self.problem(
                    line,
                    f"The picture `{source}` is missing.",
                    nearest(found[1], self.lesson.pictures) if self.lesson.pictures else f"Draw {source}.",
                )
            self._check_alternative("picture", source, alternative, line, language)

    def check_recordings(self, language: str) -> None:
        """Report recordings that are missing, lie elsewhere, stand within a line, or say nothing without a player."""
        known = self.lesson.recordings
        alone = {id(each.children[0]) for each in self.tokens if each.children and len(each.children) == 1}
        for token in self.tokens:
            for child in token.children or []:
                source, line = str(child.attrGet("src") or ""), (token.map or [0])[0] + 1
                if child.type != "image" or not is_recording(source):
                    continue
                found = RECORDING.fullmatch(source)
                if not found or found[1] not in known:
                    self.problem(
                        line,
                        f"The recording `{source[:80]}` is missing.",
                        nearest(source.rpartition("/")[2], known)
                        if known
                        else "Put it into recordings/ as `NAME.cast`.",
                    )
                if id(child) not in alone:
                    self.problem(
                        line, f"The recording `{source[:80]}` stands within a line.", "Give it its own paragraph."
                    )
                self._check_alternative("recording", source, child.content, line, language)

    def _check_alternative(self, kind: str, source: str, alternative: str, line: int, language: str) -> None:
        if not alternative.strip():
            self.problem(
                line,
                f"The {kind} `{source[:80]}` has no text alternative.",
                f"Write in {language} what it shows between the square brackets.",
            )

    def check_terms(self) -> None:
        """Report links to terms that the course's glossary has not."""
        for address, line in self._links():
            term = address.removeprefix(GLOSSARY_LINK)
            if term != address and term not in self.lesson.glossary:
                self.problem(
                    line,
                    f"The glossary has no term `{term[:80]}`.",
                    nearest(term, self.lesson.glossary) if self.lesson.glossary else "Write it into glossary.yaml.",
                )

    def check_outputs(self) -> None:
        """Report outputs that no command above them prints."""
        for before, token in pairwise([None, *self.tokens]):
            is_output = token and token.type == "fence" and token.info.split()[:1] == ["output"]
            if token and is_output and not (before and before.type == "fence" and is_run(before.info)):
                self.problem(
                    (token.map or [0])[0] + 1,
                    "This output follows no command.",
                    "Put it right below a ```sh block that prints it, or write ```console, which is not compared.",
                )

    def check_commands(self) -> None:
        """Report blocks with a remark behind the fence that means nothing."""
        for token in self.tokens:
            words = token.info.split() if token.type == "fence" else []
            if file_of(token.info):
                continue
            if words[1:] and words[1].startswith("{file"):
                self.problem(
                    (token.map or [0])[0] + 1,
                    f"`{' '.join(words)[:80]}` names no file.",
                    "Write the language, then {file=PATH} or {file=PATH line=7}: a whole path, no blanks, no . or ..",
                )
                continue
            if words[:1] == ["sh"] and words[1:] != ["{copy}"] and not is_run(token.info):
                self.problem(
                    (token.map or [0])[0] + 1,
                    f"`{' '.join(words)[:80]}` is no kind of block.",
                    "Write `sh`, `sh {copy}`, or `sh {terminal=NAME}` with a name of a-z, 0-9 and -, of at most 24.",
                )

    def _links(self) -> Iterator[tuple[str, int]]:
        """Yield the address of every link and the line of its paragraph."""
        for token in self.tokens:
            for child in token.children or []:
                if child.type == "link_open":
                    yield str(child.attrGet("href") or ""), (token.map or [0])[0] + 1


def _check_parameters(lesson: Lesson, folder: Folder, yaml: str, scripts: Mapping[str, str]) -> None:
    """Report `{{names}}` that no parameter has, and parameters that a typed script takes for shell variables."""
    known = set(lesson.parameter_names)
    texts = {"lesson.yaml": yaml, **{f"solutions/{name}": script for name, script in scripts.items()}}
    texts |= {f"pictures/{name}": picture for name, picture in lesson.pictures.items()}
    for language, source in lesson.sources.items():
        texts["lesson.md" if language == DEFAULT_LANGUAGE else f"lesson.{language}.md"] = source
    for file, text in texts.items():
        for number, line in enumerate(text.splitlines(), start=1):
            for name in names_in("" if line.lstrip().startswith("#") and file == "lesson.yaml" else line):
                if name not in known:
                    folder.problems.add(
                        folder.label(file),
                        number,
                        f"`{{{{{name}}}}}` is no parameter of this lesson.",
                        nearest(name, known),
                    )
    for name, script in scripts.items():
        _check_variables(folder, f"solutions/{name}", script, known)
        for number in unexplained_remarks(script):
            folder.problems.add(
                folder.label(f"solutions/{name}"),
                number,
                "It is not said why no check can notice this line.",
                "Write `# unchecked: REASON`, such as `only looks`.",
            )


def _check_variables(folder: Folder, file: str, script: str, known: set[str]) -> None:
    for number, line in enumerate(script.splitlines(), start=1):
        for variable in re.findall(r"\$\{?([a-z][a-z0-9_]*)", line):
            if variable in known and not re.search(rf"\b{variable}=|\b(for|read) .*\b{variable}\b", script):
                folder.problems.add(
                    folder.label(file),
                    number,
                    f"The learner's shell has no variable `${variable}`.",
                    f"Write `{{{{{variable}}}}}`.",
                )
