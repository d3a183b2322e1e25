"""Pack a lesson's checks into one file that judges on any machine with Python 3.11, by the same code as here.

For lessons that are exported to other sites: a zip of this code and of the exercises. Reads its own sources.
"""

import io
import pickle
import zipfile
from collections.abc import Mapping
from importlib import resources

from slipway.lessonfile.model import Lesson

_OBSERVER = "slipway.grading.observer"
_MODULES = (
    "slipway.grading.facts",
    "slipway.grading.judging",
    "slipway.grading.matching",
    "slipway.grading.portable_main",
    "slipway.lessonfile.matchers",
    "slipway.lessonfile.model",
    "slipway.lessonfile.parameters",
    "slipway.lessonfile.regexes",
    "slipway.lessonfile.scripts",
    "slipway.lessonfile.subjects",
    "slipway.lessonfile.visible",
)
_START = "from slipway.grading.portable_main import main\nmain()\n"
# The same each time: the oldest date that a zip can hold.
_DATE = (1980, 1, 1, 0, 0, 0)


def packed_checks(lesson: Lesson, parameters: Mapping[str, str]) -> bytes:
    """Return the file: `python3 FILE EXERCISE` exits with 0 when it passes, `--remember` keeps what the lesson asks."""
    files = {"__main__.py": _START.encode()}
    for package in ("slipway", "slipway.grading", "slipway.lessonfile", _OBSERVER):
        files[f"{package.replace('.', '/')}/__init__.py"] = b""
    for name in _MODULES:
        package, _, module = name.rpartition(".")
        files[f"{name.replace('.', '/')}.py"] = (resources.files(package) / f"{module}.py").read_bytes()
    for path in resources.files(_OBSERVER).iterdir():
        if path.name.endswith(".py"):
            files[f"{_OBSERVER.replace('.', '/')}/{path.name}"] = path.read_bytes()
    files["lesson.pickle"] = pickle.dumps((lesson.exercises, lesson.remember, dict(parameters)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
