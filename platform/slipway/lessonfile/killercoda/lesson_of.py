"""Make a lesson of a scenario: the texts of its files by name. Pure: no Django, no IO."""

import base64
import io
import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from slipway.lessonfile.killercoda import wrapping
from slipway.lessonfile.killercoda.fences import told_apart
from slipway.lessonfile.killercoda.needs import Needs, Split, split
from slipway.lessonfile.killercoda.report import Report
from slipway.lessonfile.killercoda.scenario import Asset, Part, Scenario
from slipway.lessonfile.killercoda.scenario_of import STYLE
from slipway.lessonfile.killercoda.text import PICTURE, convert
from slipway.lessonfile.markdown import reader, words_and_id
from slipway.lessonfile.parameters import PLACE, RESERVED, names_in
from slipway.lessonfile.pictures import faults

IMAGE = "lab-docker"
POINTS = 5
VERIFY_SECONDS = 10
MAX_SETUP_BYTES = 160 * 1024
MAX_TITLE = 120
# A parameter for what would else be taken for one.
BRACES = "braces"
NO_INTERNET = "the internet, which a lesson's machine does not have"
# What reaches the shell that it is typed into, and no other one.
_FOR_ITS_SHELL = re.compile(r"^[ \t]*(cd|export|alias|source|\.|shopt|PS1=\S*)(?=\s|$)", re.MULTILINE)
_PLAIN_IMAGES = re.compile(r"ubuntu|debian|docker|bash|linux|^$")


def lesson_of(
    scenario: Scenario, pictures: Mapping[str, str], report: Report, shelf: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Return the files of the lesson by name.

    `pictures` are the SVG files of the scenario that can be read, `shelf` the images that the machine has.
    """
    return _Maker(scenario, pictures, report, shelf).files()


@dataclass(slots=True)
class _Maker:
    scenario: Scenario
    pictures: Mapping[str, str]
    report: Report
    shelf: frozenset[str]
    ids: set[str] = field(default_factory=set)
    made: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    needs: Needs = field(default_factory=Needs)
    # Which of the pictures can be shown, of those that were looked at.
    sound: dict[str, bool] = field(default_factory=dict)

    def files(self) -> dict[str, str]:
        self._look_at_image()
        exercises: list[dict[str, Any]] = []
        sections = [self._section(part, exercises) for part in self.scenario.parts]
        lesson: dict[str, Any] = {
            "title": {"en": _line(self.scenario.title)},
            "summary": {"en": _line(self.scenario.description) or _line(self.scenario.title)},
            "minutes": self.scenario.minutes,
            "image": IMAGE,
        }
        setup = self._setup()
        images = self._look_at_needs()
        note = [text] if (text := _note(self.needs, images)) else []
        self.made["lesson.md"] = "\n".join([f"# {_line(self.scenario.title)}\n", *note, *sections])
        if setup := [*_named_images(images), *setup]:
            lesson["setup"] = setup
        if exercises:
            lesson["exercises"] = exercises
        else:
            self.report.changed("index", "no step is verified, so the lesson has no exercise")
        files = {"lesson.yaml": _yaml(lesson), **self.made}
        if any(True for text in files.values() for _ in names_in(text)):
            self.report.changed(
                "texts", f"double braces are written as `{{{{{BRACES}}}}}`, which stands for the first two"
            )
            files = {name: _without_places(text) for name, text in files.items()}
            files["lesson.yaml"] = _yaml({"parameters": {BRACES: {"text": "{{"}}}) + files["lesson.yaml"]
        return files

    def _look_at_image(self) -> None:
        image = self.scenario.image
        if "kube" in image or "k3s" in image:
            self.report.lost("index", f"the cluster of `{image}`: the machine is one Linux with Docker")
        elif not _PLAIN_IMAGES.search(image):
            self.report.lost("index", f"the image `{image}`: the machine is `{IMAGE}`")
        else:
            self.report.changed("index", f"the image `{image or 'none'}` became `{IMAGE}`")

    def _look_at_needs(self) -> Split:
        """Report what the machine does not have, of all that was found."""
        images = split(self.needs.foreign(), self.shelf)
        for command in self.needs.fetching:
            self.report.lost("machine", f"`{command}` asks for {NO_INTERNET}")
        for program in self.needs.programs:
            self.report.lost("machine", f"the program `{program}` is not on it")
        for image in images.missing:
            self.report.lost("machine", f"the image `{image}` is not on it, nor on its stand-in for Docker Hub")
        for image, ours in images.aliases.items():
            self.report.changed("machine", f"the image `{image}` is the machine's `{ours}` under another name")
        return images

    def _section(self, part: Part, exercises: list[dict[str, Any]]) -> str:
        converted = convert(part.text, part.name, self.report)
        pictures = {source: self._take_picture(part, source) for source in dict.fromkeys(converted.pictures)}
        shown = PICTURE.sub(lambda found: _shown(found, pictures), converted.text)
        title, text = _under_a_title(part.title, shown, part.name)
        self.commands += converted.commands
        self.needs.add("\n".join([*converted.commands, part.verify]))
        self.needs.add("\n".join(converted.shown), is_shell=False)
        heading = f"## {_line(title)}"
        if part.verify and wrapping.sees_nothing(part.verify):
            self.report.changed(part.name, "its verify script passes whatever is there, so the step is no exercise")
        elif part.verify:
            exercise_id = self._id(title, part.name)
            heading += f" {{#{exercise_id}}}"
            exercises.append(self._exercise(part, exercise_id, exercises))
        elif part.answer or part.hint:
            self.report.lost(part.name, "its answer or hint: only what is verified has them")
        self.report.kept(part.name, _line(title))
        return f"{heading}\n\n{text}"

    def _take_picture(self, part: Part, source: str) -> str:
        """Return the name that a picture has in the lesson, or nothing if it cannot be taken."""
        name = re.sub(r"[^\w.-]", "-", source.rpartition("/")[2]).lstrip("._-") or "picture.svg"
        beside = posixpath.normpath(f"{part.folder}/{source}" if part.folder else source)
        found = beside if beside in self.pictures else source
        svg = self.pictures.get(found, "").replace(STYLE, "", 1)
        if found not in self.sound:
            self.sound[found] = bool(svg) and not faults(svg)
        if not self.sound[found]:
            self.report.lost(part.name, f"the picture `{source[:80]}`: it is missing or does more than draw")
            return ""
        stem, number = name, 2
        while self.made.get(f"pictures/{name}", svg) != svg:
            name, number = f"{number}-{stem}", number + 1
        self.made[f"pictures/{name}"] = svg
        return name

    def _id(self, title: str, name: str) -> str:
        words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-")
        base = words if re.match(r"[a-z]", words) else name.replace(" ", "-")
        found, number = base, 2
        while found in self.ids:
            found, number = f"{base}-{number}", number + 1
        self.ids.add(found)
        return found

    def _exercise(self, part: Part, exercise_id: str, before: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        check = {
            "title": {"en": "The scenario's own script agrees"},
            "script": LiteralScalarString(wrapping.verify_script(part.verify)),
            "timeout_seconds": VERIFY_SECONDS,
            "expected": {"en": "what the task asks for"},
            "message": {"en": "Not yet. Read the task again, and what was observed."},
        }
        exercise: dict[str, Any] = {"id": exercise_id, "points": POINTS, "checks": [check]}
        if before:
            exercise["after"] = before[-1]["id"]
        hints = [text for text in (part.hint, "" if part.answer_is_script else part.answer) if text.strip()]
        exercise["hints"] = [{"en": " ".join(hint.split())[:3000]} for hint in hints]
        self.made[f"solutions/{exercise_id}.sh"] = self._solution(part)
        self.commands = []
        return exercise

    def _solution(self, part: Part) -> str:
        if part.answer_is_script:
            lines = [line for line in part.answer.splitlines() if not line.startswith("#!")]
        else:
            lines = [line for command in self.commands for line in command.splitlines()]
        if any(line.strip() for line in lines):
            return "\n".join(lines) + "\n"
        self.report.lost(part.name, "a solution: the scenario has no command for it, so write one")
        return "# The scenario shows no command for this step. Write here what passes it.\n"

    def _setup(self) -> list[dict[str, Any]]:
        steps = [("Putting the scenario's files in place", self._files_script())] if self.scenario.assets else []
        for part in self.scenario.parts:
            steps += self._prepared(part)
        fitting = []
        size = 0
        for title, script in steps:
            size += len(script)
            if size > MAX_SETUP_BYTES:
                self.report.lost("setup", f"{title}: larger than a lesson may be")
                size -= len(script)
            elif script:
                fitting.append({"title": {"en": title}, "script": LiteralScalarString(script)})
        return fitting

    def _prepared(self, part: Part) -> list[tuple[str, str]]:
        """Return the setup steps of one part's scripts."""
        if not part.background.strip() and not part.foreground.strip():
            return []
        if part.name == "finish":
            self.report.lost(part.name, "its scripts: they ran when all was done, and a lesson has no such moment")
            return []
        if part.name != "intro":
            self.report.changed(part.name, "its scripts run when the lesson begins, not when the step does")
        if words := sorted({found[1].partition("=")[0] for found in _FOR_ITS_SHELL.finditer(part.foreground)}):
            said = ", ".join(f"`{word}`" for word in words)
            self.report.changed(part.name, f"its foreground script does not run in the learner's shell: {said}")
        name = part.name.replace(" ", "-")
        seconds = wrapping.FOREGROUND_SECONDS if part.name == "intro" else wrapping.OF_A_STEP_SECONDS
        steps = []
        for title, script, suffix, wrapped in (
            ("Starting what runs behind", part.background, "background", wrapping.started),
            ("Preparing", part.foreground, "foreground", partial(wrapping.run, seconds=seconds)),
        ):
            if script.strip():
                self.needs.add(script)
                of_it = Needs()
                of_it.add(script)
                hint = " (it asks for the internet, which this machine does not have)" if of_it.fetching else ""
                steps.append((f"{title}: {part.name}{hint}", wrapped(f"{name}-{suffix}", script)))
        return steps

    def _files_script(self) -> str:
        lines: list[str] = []
        size = 0
        for asset in self.scenario.assets:
            size += len(asset.content) * 4 // 3
            if size > MAX_SETUP_BYTES * 3 // 4:
                self.report.lost("assets", f"`{asset.name}`: larger than a lesson may be")
                size -= len(asset.content) * 4 // 3
                continue
            lines += _placed(asset)
            if asset.content.startswith(b"#!") or re.search(r"(^|/)Dockerfile|\.(sh|ya?ml)$", asset.name):
                self.needs.add(asset.content.decode("utf-8", "replace"))
            self.report.kept("assets", asset.name)
        return "\n".join(lines) + "\n" if lines else ""


def _shown(found: re.Match[str], pictures: Mapping[str, str]) -> str:
    """Return a picture in a text by its name in the lesson, or its words alone where it has none."""
    if found["source"] not in pictures:
        return found[0]
    name = pictures[found["source"]]
    return f"![{found['alt']}](pictures/{name})" if name else f"*{found['alt']}*"


def _placed(asset: Asset) -> list[str]:
    """Return commands that write one file to its place in the machine."""
    folder = re.sub(r"^~(?=/|$)", "/root", asset.target)
    base = asset.name.rpartition("/")[2]
    path = folder if folder.rpartition("/")[2] == base else f"{folder.rstrip('/')}/{asset.name}"
    encoded = base64.encodebytes(asset.content).decode().rstrip("\n")
    place = shlex.quote(path)
    lines = [f"install -d {shlex.quote(path.rpartition('/')[0] or '/')}", f"base64 -d >{place} <<'END'", encoded, "END"]
    return [*lines, f"chmod {asset.mode} {place}"] if asset.mode else lines


def _named_images(images: Split) -> list[dict[str, Any]]:
    """Return the setup step that gives the machine's images the names that the scenario has for them."""
    lines = [
        f"docker image inspect {ours} >/dev/null 2>&1 || docker pull -q {ours}" for ours in set(images.aliases.values())
    ]
    lines = sorted(lines) + [f"docker tag {ours} {image}" for image, ours in images.aliases.items()]
    script = LiteralScalarString("\n".join([*lines, ""]))
    return [{"title": {"en": "Naming the images as this lesson does"}, "script": script}] if images.aliases else []


def _note(needs: Needs, images: Split) -> str:
    """Return what tells the learner that some of the lesson cannot work here, or nothing."""
    rows = [
        ("the internet, which it would need for", list(needs.fetching)),
        ("these programs:", list(needs.programs)),
        ("these images:", list(images.missing)),
    ]
    said = [f"> - {words} {', '.join(f'`{name}`' for name in names[:12])}" for words, names in rows if names]
    if not said:
        return ""
    first = "> [!WARNING] Some of this may not work here"
    words = "> This lesson was made for another machine. Yours does not have:"
    return "\n".join([first, words, ">", *said, ">", "> What uses them fails, and that is no mistake of yours.", ""])


def _under_a_title(title: str, text: str, name: str) -> tuple[str, str]:
    """Return the title of a part, and its text with all headings below that title's level."""
    markdown = reader()
    markdown.core.ruler.disable("inline")
    tokens = markdown.parse(text)
    levels = [int(token.tag[1:]) for token in tokens if token.type == "heading_open" and token.level == 0]
    lines = text.split("\n")
    rest = list(lines)
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    begins = re.match(r"\s{0,3}#{1,6}\s", lines[first])
    words = lines[first].strip().strip("#").strip()
    if begins and (not title or _same(title, words)):
        title = title or words
        rest = lines[first + 1 :]
        levels = levels[1:]
    shift = 3 - min(levels, default=3)
    return title or name.capitalize(), _shifted(rest, shift).strip("\n") + "\n"


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).lower() == re.sub(r"\W+", "", other).lower()


def _shifted(lines: Sequence[str], shift: int) -> str:
    """Return the lines with every heading moved by so many levels, outside of code, and without ids."""
    done: list[str] = []
    for line, is_code in told_apart(lines):
        heading = None if is_code else re.match(r"\s{0,3}(#{1,6})(\s+.*)$", line)
        if heading:
            mark = "#" * min(max(len(heading[1]) + shift, 3), 6)
            done.append(mark + words_and_id(heading[2])[0])
        else:
            done.append(line)
    return "\n".join(done)


def _without_places(text: str) -> str:
    """Return a text in which no `{{name}}` is a parameter's place: each begins with a parameter for the braces."""
    return PLACE.sub(lambda found: found[0] if found[1] in RESERVED else f"{{{{{BRACES}}}}}{found[1]}}}}}", text)


def _line(text: str) -> str:
    """Return a text as one line of a title: no id of a heading, no break."""
    return words_and_id(" ".join(text.split()))[0][:MAX_TITLE].strip()


def _yaml(value: Mapping[str, Any]) -> str:
    writer = YAML()
    writer.width = 100_000
    out = io.StringIO()
    writer.dump(dict(value), out)
    return out.getvalue()
