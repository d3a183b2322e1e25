"""The programs that are sent along with the command that runs them, for the toolset's Python."""

from collections.abc import Sequence
from importlib import resources

INSIDE = "slipway.engine.inside"
PYTHON = ("/opt/slipway/python", "-I", "-S", "-c")
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
sys.exit(getattr(package, name).main())
"""


def command(program: str, *arguments: str) -> list[str]:
    """Return the command that runs a program of `inside/`, its text sent along."""
    return [*PYTHON, resources.files(INSIDE).joinpath(f"{program}.py").read_text(), *arguments]


def joined(package: str, modules: Sequence[str]) -> str:
    """Return the modules of a package as one source that runs `main` of the last; each is after those it imports."""
    folder = resources.files(package)
    sources = {name: folder.joinpath(f"{name}.py").read_text() for name in modules}
    return f"PACKAGE = {package!r}\nSOURCES = {sources!r}\n{_START}"
