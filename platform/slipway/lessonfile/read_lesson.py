"""Read one lesson folder into a typed lesson. Reads files; no Django."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slipway.lessonfile import references
from slipway.lessonfile.files import Folder
from slipway.lessonfile.markdown import headings, reader
from slipway.lessonfile.model import (
    DEFAULT_LANGUAGE,
    DEFAULT_SESSION,
    MOST_TERMINALS,
    TERMINALS,
    Costs,
    Course,
    Exercise,
    Lesson,
    Memory,
    Session,
    SetupStep,
    Text,
)
from slipway.lessonfile.nodes import Node, parse
from slipway.lessonfile.parameters import draw
from slipway.lessonfile.problems import Problems
from slipway.lessonfile.read_exercises import MAX_POINTS, Beside, ExerciseReader, read_setup_step
from slipway.lessonfile.read_parameters import check_name, read_parameters
from slipway.lessonfile.read_subjects import read_looked_up
from slipway.lessonfile.read_text import ID, Tongues, required

FOLDER_NAME = re.compile(rf"(\d{{1,3}})-({ID.pattern})")
_KEYS = (
    *("title", "summary", "minutes", "image", "terminals", "test", "costs", "session"),
    *("parameters", "remember", "setup", "exercises"),
)
MAX_MINUTES = 600
# The warning comes five minutes before the end.
MIN_IDLE_MINUTES = 10
MAX_AWAKE_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Files:
    """The texts of a lesson folder: Markdown by language; pictures, recordings and scripts by name."""

    sources: Mapping[str, str]
    pictures: Mapping[str, str]
    recordings: Mapping[str, str]
    scripts: Mapping[str, str]


def read_lesson(path: Path, problems: Problems, course: Course | None = None, prefix: str = "") -> Lesson | None:
    """Return the lesson of a folder, or None when problems were found.

    Of its course are taken the languages that it promises, its topics and its glossary.
    """
    before = len(problems.found)
    folder = Folder(path, problems, prefix)
    name = FOLDER_NAME.fullmatch(path.name)
    if not name:
        problems.add(
            folder.label("lesson.yaml"),
            1,
            f"The folder `{path.name}` is no lesson's.",
            "Name it `NN-LESSON`, such as `06-docker-run`.",
        )
    folder.check_size()
    files = _read_files(folder)
    source = folder.read("lesson.yaml")
    root = parse(source, folder.label("lesson.yaml"), problems) if source is not None else None
    if root is None or not name:
        return None
    spoken = course.languages if course else _languages(files)
    parts = _Parts(root, folder, files, Tongues(spoken), course)
    lesson = parts.lesson(int(name[1]), name[2], spoken)
    references.check(lesson, folder, str(source), files.scripts, parts.places())
    _check_draw(lesson, root, complete=len(problems.found) == before)
    return lesson if len(problems.found) == before else None


def _languages(files: Files) -> tuple[str, ...]:
    return (DEFAULT_LANGUAGE, *sorted(language for language in files.sources if language != DEFAULT_LANGUAGE))


def _read_files(folder: Folder) -> Files:
    sources = {}
    for name in folder.names("lesson*.md") or ["lesson.md"]:
        language = name.removeprefix("lesson").removesuffix(".md").removeprefix(".") or DEFAULT_LANGUAGE
        if (text := folder.read(name)) is not None:
            sources[language] = text
    if DEFAULT_LANGUAGE not in sources and folder.names("lesson*.md"):
        folder.read("lesson.md")
    return Files(
        sources,
        _texts(folder, "pictures", "svg"),
        _texts(folder, "recordings", "cast"),
        _texts(folder, "solutions", "sh"),
    )


def _texts(folder: Folder, under: str, ending: str) -> dict[str, str]:
    """Return the files of one folder below the lesson's, by their own names."""
    found = {}
    for name in folder.names(f"{under}/*.{ending}"):
        if (text := folder.read(name)) is not None:
            found[name.removeprefix(f"{under}/")] = text
    return found


@dataclass(slots=True)
class _Parts:
    """The parts of lesson.yaml, read one after the other."""

    root: Node
    folder: Folder
    files: Files
    tongues: Tongues
    course: Course | None
    reader: ExerciseReader | None = None

    def lesson(self, number: int, slug: str, languages: tuple[str, ...]) -> Lesson:
        """Return the lesson as far as it could be read."""
        values = self.root.mapping(_KEYS, "a lesson")
        for key in ("title", "summary", "minutes", "image"):
            required(self.root, values, key, "The lesson")
        image = values.get("image")
        is_test = "test" in values and values["test"].boolean("`test`")
        exercises = self._exercises(values.get("exercises"), is_test=is_test)
        return Lesson(
            folder=self.folder.path,
            slug=slug,
            number=number,
            title=self.tongues.optional(values, "title", "The title"),
            summary=self.tongues.optional(values, "summary", "The summary"),
            minutes=values["minutes"].integer("`minutes`", 1, MAX_MINUTES) if "minutes" in values else 1,
            image=references.image_name(image, self.folder.path) if image else "",
            languages=languages,
            parameters=read_parameters(values.get("parameters")),
            remember=_remember(values.get("remember")),
            setup=self._setup(values.get("setup")),
            exercises=exercises,
            sources=self.files.sources,
            pictures=self.files.pictures,
            recordings=self.files.recordings,
            glossary=self.course.glossary if self.course else {},
            is_test=is_test,
            terminals=self._terminals(values.get("terminals")),
            costs=_costs(values["costs"]) if "costs" in values else Costs(),
            session=_session(values.get("session")),
        )

    def places(self) -> Mapping[str, int]:
        """Return the lines where the exercises' ids stand."""
        return self.reader.lines if self.reader else {}

    def _terminals(self, node: Node | None) -> int:
        return node.integer("`terminals`", 1, MOST_TERMINALS) if node else TERMINALS

    def _setup(self, node: Node | None) -> tuple[SetupStep, ...]:
        known = self.places()
        steps = [read_setup_step(item, self.tongues, known) for item in node.items("`setup`")] if node else []
        return tuple(filter(None, steps))

    def _exercises(self, node: Node | None, *, is_test: bool) -> tuple[Exercise, ...]:
        titles: dict[str, dict[str, str]] = {}
        for language, source in self.files.sources.items():
            for heading in headings(reader().parse(source)):
                titles.setdefault(heading.id, {})[language] = heading.text
        known: dict[str, Text] = dict(titles)
        topics = frozenset(topic.id for topic in self.course.topics) if self.course else frozenset[str]()
        self.reader = ExerciseReader(self.tongues, Beside(known, self.files.scripts), {}, set(), topics, is_test)
        exercises = self.reader.read(node)
        for name in sorted(self.files.scripts.keys() - self.reader.used_scripts):
            self.folder.problems.add(
                self.folder.label(f"solutions/{name}"),
                1,
                "No exercise uses this file.",
                "Name it ID.sh, or ID.NAME.sh with a wrong attempt NAME in lesson.yaml.",
            )
        return exercises


def _costs(node: Node) -> Costs:
    values = node.mapping(["hint", "solution"], "`costs`")
    return Costs(**{name: value.integer(f"`{name}` of `costs`", 0, MAX_POINTS) for name, value in values.items()})


def _session(node: Node | None) -> Session:
    if node is None:
        return DEFAULT_SESSION
    values = node.mapping(("idle", "cap", "restart"), "`session`")
    idle = values["idle"].integer("`idle`", MIN_IDLE_MINUTES, MAX_AWAKE_MINUTES) if "idle" in values else None
    cap = values["cap"].integer("`cap`", MIN_IDLE_MINUTES, MAX_AWAKE_MINUTES) if "cap" in values else None
    if idle is not None and cap is not None and cap < idle:
        node.problem(f"`cap` is {cap} minutes and `idle` is {idle}.", "Let `cap` be `idle` or more.")
    return Session(idle, cap, "restart" in values and values["restart"].boolean("`restart`"))


def _remember(node: Node | None) -> tuple[Memory, ...]:
    memories = []
    for name, value in (node.any_mapping("`remember`") if node else {}).items():
        check_name(value, name)
        if found := read_looked_up(value, f"`{name}` of `remember`"):
            memories.append(Memory(name, *found))
    return tuple(memories)


def _check_draw(lesson: Lesson, root: Node, *, complete: bool) -> None:
    """Draw once, so that parameters that can never differ are found by the author and not by a learner."""
    if not complete:
        return
    try:
        draw(lesson)
    except ValueError as error:
        what, _, cure = str(error).partition(": ")
        root.problem(f"{what.capitalize()}.", f"{cure.capitalize()}.")
