"""The program that is sent into a machine for an act on its files: the modules of `inside/`, as one source."""

from functools import cache
from importlib import resources

PYTHON = ("/opt/slipway/python", "-I", "-S", "-c")
_PACKAGE = "slipway.files.inside"
# Each after those that it imports.
_MODULES = ("paths", "looking", "moving", "writing", "sending", "main")
_START = """
import sys
from types import ModuleType
def make(name, source):
    module = sys.modules[name] = ModuleType(name)
    exec(compile(source, name, "exec"), module.__dict__)
    return module
package = make(PACKAGE, "")
for name, source in SOURCES.items():
    setattr(package, name, make(PACKAGE + "." + name, source))
sys.exit(package.main.main())
"""


@cache
def source() -> str:
    """Return the program."""
    folder = resources.files(_PACKAGE)
    sources = {name: (folder / f"{name}.py").read_text() for name in _MODULES}
    return f"PACKAGE = {_PACKAGE!r}\nSOURCES = {sources!r}\n{_START}"


def argv() -> list[str]:
    """Return the command that runs it in a machine."""
    return [*PYTHON, source()]
