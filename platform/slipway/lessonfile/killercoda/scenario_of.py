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
from html import escape

from slipway.lessonfile.killercoda.asking import how_to_answer
from slipway.lessonfile.killercoda.fences import Fence, opened_by
from slipway.lessonfile.markdown import GLOSSARY_LINK, headings, reader, sections, words_and_id
from slipway.lessonfile.model import DEFAULT_LANGUAGE, Exercise, Lesson
from slipway.lessonfile.parameters import fill

COPY = "slipway"
MARK = f"{COPY}/exported.json"
CHECKS = "checks.pyz"
FOLDER = "/opt/slipway"
HISTORY = "history.sh"
_LANGUAGES = {"sh": "bash", "console": "text", "output": "text"}
_TERM = re.compile(rf"\[([^\]]+)\]\({GLOSSARY_LINK}[^)]*\)")
_RECORDING = re.compile(r"!\[([^\]]*)\]\(recordings/[^)]*\)")
_SVG = re.compile(r"""<svg\b(?:[^<>"']|"[^"]*"|'[^']*')*>""")
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
# Every command of the shell, for the checks: exit status, tab, command, and a NUL, for it may have several lines.
HISTCONTROL= HISTIGNORE=
_slipway_kept() {{
    local status=$? entry number
    entry=$(HISTTIMEFORMAT= history 1)
    entry=${{entry#"${{entry%%[! ]*}}"}}
    number=${{entry%%[!0-9]*}}
    entry=${{entry#"$number"}}
    # The first prompt only learns which entry is older. The same number again: Enter on an empty line.
    [ "${{_slipway_number-$number}}" = "$number" ] || printf '%s\\t%s\\0' $status "${{entry:2}}" >>{FOLDER}/history
    _slipway_number=$number
}}
PROMPT_COMMAND=_slipway_kept
"""
_ENDED = f"""\
ended() {{
    [ "$1" != 0 ] || return 0
    {{ echo "The step '$2' failed with exit status $1:"; tail -n 5 {FOLDER}/log; }} >{FOLDER}/failed
    exit 1
}}"""
_READY = f"""\
until [ -e {FOLDER}/ready ] || [ -e {FOLDER}/failed ]; do sleep 1; done
. {FOLDER}/{HISTORY}; mkdir -p /root/answers; clear
[ ! -e {FOLDER}/failed ] || {{ echo "This machine could not be prepared."; cat {FOLDER}/failed; }}
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
    written["foreground.sh"] = _READY
    written[f"assets/{HISTORY}"] = _KEEP_HISTORY
    written |= {
        f"step{number}/{name}": _drawn(picture, parameters)
        for number, step in enumerate(steps)
        for name, picture in lesson.pictures.items()
        if f"(pictures/{name}" in step.text
    }
    filled = {name: text.encode() for name, text in written.items()}
    filled["index.json"] = json.dumps(_index(lesson, steps), indent=2, ensure_ascii=False).encode() + b"\n"
    filled[f"assets/{CHECKS}"] = checks
    copies = {f"{COPY}/{name}": text.encode() for name, text in files.items()}
    complete = filled | copies
    mark = {
        "lesson": lesson.folder.name,
        "files": {name: digest(content) for name, content in sorted(complete.items())},
    }
    return {**complete, MARK: json.dumps(mark, indent=2).encode() + b"\n"}


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _steps(lesson: Lesson, parameters: Mapping[str, str]) -> Iterator[_Step]:
    """Divide the English text behind each exercise; before the first heading stands the intro, the rest is the end."""
    source = fill(lesson.sources[DEFAULT_LANGUAGE], parameters)
    lines = source.split("\n")
    tokens = reader().parse(source)
    title, *found = headings(tokens)
    exercises = {exercise.id: exercise for exercise in lesson.exercises}
    begin = found[0].line - 1 if found else len(lines)
    yield _Step(title.text, "\n".join(lines[title.line : begin]), None)
    for section in sections(tokens, exercises):
        # Where a heading ends it; footnotes are told at the end of a page, and may be written anywhere.
        end = next((other.line - 1 for other in found if other.index == section.end), len(lines))
        yield _Step(section.heading.text, "\n".join(lines[begin:end]), exercises[section.heading.id])
        begin = end
    if any(line.strip() for line in lines[begin:]):
        yield _Step("The end", "\n".join(lines[begin:]), None)


def _text(step: _Step, parameters: Mapping[str, str]) -> str:
    """Return a step's Markdown with the site's buttons behind code, and how to answer."""
    lines: list[str] = []
    fence: Fence | None = None
    for line in step.text.split("\n"):
        if fence is None:
            fence = opened_by(line)
            lines.append(_opening(fence) if fence else _prose(line))
        elif fence.ends_at(line):
            lines.append(line.rstrip() + _button(fence))
            fence = None
        else:
            lines.append(line)
    return "\n".join(lines).strip() + "\n" + how_to_answer(step.exercise, parameters)


def _opening(fence: Fence) -> str:
    language = "".join(fence.info.split()[:1])
    return f"{fence.indent}{fence.mark}{_LANGUAGES.get(language, language)}"


def _button(fence: Fence) -> str:
    """Return what the site has behind code for our Run and Copy."""
    first, *others = [*fence.info.split(), ""]
    return "" if first != "sh" else "{{copy}}" if "{copy}" in others else "{{exec}}"


def _prose(line: str) -> str:
    words = _TERM.sub(r"\1", line)
    if re.match(r"[>\s]*#{1,6}\s", words):
        words = words_and_id(words)[0]
    words = _RECORDING.sub(r"*\1*", words.replace("](pictures/", "](./"))
    return _CALL_OUT.sub(lambda found: f"{found[1]}**{found[3] or found[2].capitalize().replace('-', ' ')}.**", words)


def _drawn(picture: str, parameters: Mapping[str, str]) -> str:
    """Return a picture that stands alone: with its colours, and with the values in its words."""
    styled = _SVG.sub(lambda found: f"{found[0]}{STYLE}", picture, count=1)
    return fill(styled, {name: escape(value) for name, value in parameters.items()})


def _setup(lesson: Lesson, parameters: Mapping[str, str]) -> str:
    """Return the script that prepares the machine: setup steps, what is remembered, then a sign that it is ready."""
    values = [f"export {name}={shlex.quote(value)}" for name, value in sorted(parameters.items())]
    steps = [(step.title[DEFAULT_LANGUAGE], f"cd /root\n{step.script.rstrip()}") for step in lesson.setup]
    if lesson.remember:
        steps.append(("What the checks remember", f"python3 {FOLDER}/{CHECKS} --remember"))
    # Scripts of checks run in a shell of the platform's own; here it is the machine's.
    shell = f"printf '#!/bin/sh\\nexec \"$@\"\\n' >{FOLDER}/busybox; chmod 755 {FOLDER}/busybox"
    return "\n".join([
        "#!/bin/bash", f"mkdir -p {FOLDER}", shell, _ENDED, *values,
        *(line for title, script in steps for line in _step(fill(title, parameters), script)),
        f"touch {FOLDER}/ready", "",
    ])  # fmt: skip


def _step(title: str, script: str) -> list[str]:
    """Return the lines that run a step; when it fails, they tell which and what it said, and nothing follows."""
    # Not `( … ) || …`: left of that, `set -e` is nothing.
    return ["(set -euo pipefail", script, f") >{FOLDER}/log 2>&1", f"ended $? {shlex.quote(title)}"]


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
