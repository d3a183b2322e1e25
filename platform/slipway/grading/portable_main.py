"""Judge an exercise on the machine where this runs: the first module of a file that `portable` packed.

usage: checks.pyz EXERCISE | --remember
"""

import json
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from slipway.grading import judging
from slipway.grading.judging import Drilled, Judgement, Observations, Request, TypedCommand
from slipway.lessonfile.model import Exercise, in_language
from slipway.lessonfile.parameters import fill
from slipway.lessonfile.scripts import DRILL_TIMEOUT_SECONDS, drill_argv

FOLDER = Path("/opt/slipway")
REMEMBERED = FOLDER / "remembered.json"
HISTORY = FOLDER / "history"
ANSWERS = Path("/root/answers")
_OBSERVER = "import sys\nsys.path.insert(0, {0!r})\nfrom slipway.grading.observer.main import main\nmain(sys.argv[1])\n"


def main() -> None:
    """Exit with 0 when the exercise passes; say why it does not."""
    exercises, remember, parameters = _lesson()
    if sys.argv[1:] == ["--remember"]:
        found = _observe(judging.plan((), parameters, remember))
        REMEMBERED.write_text(json.dumps(judging.memories(remember, found, parameters)))
        return
    exercise = next((exercise for exercise in exercises if [exercise.id] == sys.argv[1:]), None)
    if exercise is None:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(exercise.id for exercise in exercises)}|--remember")
    if REMEMBERED.exists():
        parameters |= json.loads(REMEMBERED.read_text())
    drilled = _drill(exercise, parameters)
    found = replace(_observe(judging.plan([exercise], parameters)), drilled=drilled)
    judgement = judging.judge(exercise, found, _history(), _answers(exercise), parameters)
    _say(exercise, judgement, parameters)
    sys.exit(0 if judgement.passed else 1)


def _lesson() -> Any:
    with zipfile.ZipFile(sys.path[0]) as archive:
        return pickle.loads(archive.read("lesson.pickle"))  # noqa: S301  (it lies in the file that runs)


def _observe(requests: Sequence[Request]) -> Observations:
    asked = json.dumps({request.key: dict(request.spec) for request in requests})
    argv = [sys.executable, "-I", "-S", "-c", _OBSERVER.format(sys.path[0]), asked]
    said = subprocess.run(argv, capture_output=True, check=True).stdout
    found = json.loads(said)
    return Observations(found["facts"], found["failures"])


def _drill(exercise: Exercise, parameters: Mapping[str, str]) -> Drilled | None:
    if exercise.drill is None:
        return None
    argv = drill_argv(exercise.drill, parameters)
    try:
        ended = subprocess.run(argv, capture_output=True, check=False, timeout=DRILL_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        return Drilled.too_long(DRILL_TIMEOUT_SECONDS)
    return Drilled.ended(ended.returncode, ended.stdout)


def _history() -> list[TypedCommand]:
    """Return the commands that the shell's prompt kept: status, tab and a command of one or more lines, then a NUL."""
    kept = HISTORY.read_text(errors="replace").split("\0") if HISTORY.exists() else []
    pairs = [one.partition("\t") for one in kept]
    return [TypedCommand(text, int(status)) for status, _, text in pairs if status.isdigit()]


def _answers(exercise: Exercise) -> dict[str, str]:
    paths = {field.id: ANSWERS / f"{exercise.id}.{field.id}" for field in exercise.answers}
    return {name: path.read_text(errors="replace").strip() for name, path in paths.items() if path.is_file()}


def _say(exercise: Exercise, judgement: Judgement, parameters: Mapping[str, str]) -> None:
    lines = []
    for result in judgement.results:
        lines.append(f"{'ok' if result.passed else 'not yet'}: {fill(in_language(result.title, 'en'), parameters)}")
        if not result.passed:
            lines.append(f"    expected {result.expected}, observed {result.observed}")
    if not judgement.passed and judgement.message:
        lines.append(fill(in_language(judgement.message, "en"), parameters))
    if not judgement.passed and judgement.hint and judgement.hint <= len(exercise.hints):
        lines.append(fill(in_language(exercise.hints[judgement.hint - 1], "en"), parameters))
    sys.stdout.write("\n".join([*lines, ""]))
