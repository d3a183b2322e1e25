"""Write a lesson as a scenario: its texts by name, with the parameters of one draw. Pure: no Django, no IO.

What a scenario cannot say (random values, several languages, mistakes, kinds of checks) is judged by a packed program
that comes with it, and a copy of the lesson lies beside, from which an import makes the same lesson again.
"""

import hashlib
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slipway.lessonfile.markdown import GLOSSARY_LINK, Heading, headings, reader
from slipway.lessonfile.model import DEFAULT_LANGUAGE, Exercise, Lesson
from slipway.lessonfile.parameters import fill

COPY = "slipway"
MARK = f"{COPY}/exported.json"
CHECKS = "checks.pyz"
FOLDER = "/opt/slipway"
HISTORY = "history.sh"
_FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
_TERM = re.compile(rf"\[([^\]]+)\]\({GLOSSARY_LINK}[^)]*\)")
_CALL_OUT = re.compile(r"^(\s*>\s*)\[!([A-Z-]+)\]\s*(.*)$")
# The colours that the pages give to the classes of a drawing, for pictures that stand alone.
STYLE = """<style>
text { fill: #132028; font: 500 13px system-ui, sans-serif; } .quiet { fill: #55656d; }
.head { font-weight: 650; font-size: 15px; }
.box { fill: #fff; stroke: #78878e; } .room { fill: none; stroke: #42525b; stroke-width: 1.5; stroke-dasharray: 4 3; }
.solid { stroke-dasharray: none; } .kernel { fill: #0b5d7a; stroke: #0b5d7a; } .on { fill: #fff; font-weight: 600; }
.lead { fill: none; stroke: #55656d; }
</style>"""
_KEEP_HISTORY = f"""\
# Every command of the shell with its exit status, for the checks.
_slipway_kept() {{
    local status=$? line
    line=$(HISTTIMEFORMAT= history 1)
    printf '%s\\t%s\\n' $status "${{line#*[0-9]  }}" >>{FOLDER}/history
}}
PROMPT_COMMAND=_slipway_kept
"""


@dataclass(frozen=True, slots=True)
class _Step:
    """One page of the scenario: what leads to an exercise and the exercise, or the prose after the last one."""

    title: str
    text: str
    exercise: Exercise | None


def scenario_of(
    lesson: Lesson, parameters: Mapping[str, str], files: Mapping[str, str], checks: bytes
) -> dict[str, bytes]:
    """Return the files of the scenario.

    `files` are the lesson's own and those of its course, `checks` is the packed program that judges it.
    """
    steps = list(_steps(lesson, parameters))
    written: dict[str, str] = {
        f"step{number}/verify.sh": f"#!/bin/bash\nexec python3 {FOLDER}/{CHECKS} {shlex.quote(step.exercise.id)}\n"
        for number, step in enumerate(steps)
        if step.exercise
    }
    for number, step in enumerate(steps):
        written[f"step{number}/text.md"] = _text(step, parameters)
    written["setup.sh"] = _setup(lesson, parameters)
    written["foreground.sh"] = (
        f"while [ ! -e {FOLDER}/ready ]; do sleep 1; done; . {FOLDER}/{HISTORY}; mkdir -p /root/answers; clear\n"
    )
    written[f"assets/{HISTORY}"] = _KEEP_HISTORY
    written |= {
        f"step{number}/{name}": fill(picture.replace(">", f">{STYLE}", 1), parameters)
        for number, step in enumerate(steps)
        for name, picture in lesson.pictures.items()
        if f"(pictures/{name}" in step.text
    }
    filled = {name: text.encode() for name, text in written.items()}
    filled["index.json"] = json.dumps(_index(lesson, steps), indent=2, ensure_ascii=False).encode() + b"\n"
    filled[f"assets/{CHECKS}"] = checks
    copies = {f"{COPY}/{name}": text.encode() for name, text in files.items()}
    mark = {"lesson": lesson.folder.name, "files": {name: digest(content) for name, content in sorted(filled.items())}}
    return {**filled, **copies, MARK: json.dumps(mark, indent=2).encode() + b"\n"}


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _steps(lesson: Lesson, parameters: Mapping[str, str]) -> Iterator[_Step]:
    """Divide the English text behind each exercise; before the first heading stands the intro, the rest is the end."""
    source = fill(lesson.sources[DEFAULT_LANGUAGE], parameters)
    lines = source.split("\n")
    title, *found = headings(reader().parse(source))
    exercises = {exercise.id: exercise for exercise in lesson.exercises}
    begin = found[0].line - 1 if found else len(lines)
    yield _Step(title.text, "\n".join(lines[title.line : begin]), None)
    for heading in (heading for heading in found if heading.id in exercises):
        end = _end(heading, found, len(lines))
        yield _Step(heading.text, "\n".join(lines[begin:end]), exercises[heading.id])
        begin = end
    if any(line.strip() for line in lines[begin:]):
        yield _Step("The end", "\n".join(lines[begin:]), None)


def _end(heading: Heading, found: list[Heading], last: int) -> int:
    """Return the line, from 0, where the section of a heading ends."""
    return next((other.line - 1 for other in found if other.line > heading.line and other.level <= heading.level), last)


def _text(step: _Step, parameters: Mapping[str, str]) -> str:
    """Return a step's Markdown with the site's buttons behind code, and how to answer."""
    lines: list[str] = []
    suffix, closing = "", ""
    for line in step.text.split("\n"):
        found = _FENCE.match(line)
        if found and not closing:
            info = found["info"].split()
            closing = found["mark"]
            suffix = "" if info[:1] != ["sh"] else "{{copy}}" if "{copy}" in info else "{{exec}}"
            language = {"sh": "bash", "console": "text", "output": "text"}.get("".join(info[:1]), "".join(info[:1]))
            lines.append(f"{found['indent']}{found['mark']}{language}")
        elif found and found["mark"].startswith(closing) and not found["info"].strip():
            lines.append(line.rstrip() + suffix)
            closing = ""
        elif closing:
            lines.append(line)
        else:
            lines.append(_prose(line))
    return "\n".join(lines).strip() + "\n" + _how_to_answer(step.exercise, parameters)


def _prose(line: str) -> str:
    words = _TERM.sub(r"\1", line)
    words = re.sub(r"(#{1,6}\s.*?)\s*\{#[\w-]+\}\s*$", r"\1", words)
    words = words.replace("](pictures/", "](./")
    return _CALL_OUT.sub(lambda found: f"{found[1]}**{found[3] or found[2].capitalize().replace('-', ' ')}.**", words)


def _how_to_answer(exercise: Exercise | None, parameters: Mapping[str, str]) -> str:
    if exercise is None or not exercise.answers:
        return ""
    labels = {field.id: fill(field.label.get(DEFAULT_LANGUAGE, field.id), parameters) for field in exercise.answers}
    rows = [f"- {label}: `echo 'YOUR ANSWER' > /root/answers/{exercise.id}.{name}`" for name, label in labels.items()]
    return "\n".join(["", "Type your answers into files:", "", *rows, ""])


def _setup(lesson: Lesson, parameters: Mapping[str, str]) -> str:
    """Return the script that prepares the machine: setup steps, what is remembered, then a sign that it is ready."""
    values = [f"export {name}={shlex.quote(value)}" for name, value in sorted(parameters.items())]
    steps = [f"(set -euo pipefail\ncd /root\n{step.script.rstrip()}\n)" for step in lesson.setup]
    remember = [f"python3 {FOLDER}/{CHECKS} --remember"] if lesson.remember else []
    # Scripts of checks run in a shell of the platform's own; here it is the machine's.
    shell = f"printf '#!/bin/sh\\nexec \"$@\"\\n' >{FOLDER}/busybox; chmod 755 {FOLDER}/busybox"
    return "\n".join(
        ["#!/bin/bash", f"mkdir -p {FOLDER}", shell, *values, *steps, *remember, f"touch {FOLDER}/ready", ""]
    )


def _index(lesson: Lesson, steps: list[_Step]) -> dict[str, object]:
    pages = [
        {"title": step.title, "text": f"step{number}/text.md"}
        | ({"verify": f"step{number}/verify.sh"} if step.exercise else {})
        for number, step in enumerate(steps)
    ]
    intro = {"text": pages[0]["text"], "foreground": "foreground.sh", "background": "setup.sh"}
    assets = [{"file": name, "target": FOLDER, "chmod": "+r"} for name in (CHECKS, HISTORY)]
    return {
        "title": lesson.title[DEFAULT_LANGUAGE],
        "description": lesson.summary[DEFAULT_LANGUAGE],
        "time": f"{lesson.minutes} minutes",
        "details": {"intro": intro, "steps": pages[1:], "assets": {"host01": assets}},
        "backend": {"imageid": "ubuntu"},
    }
