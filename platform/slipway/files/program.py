"""The program that is sent into a machine for an act on its files: the modules of `inside/`, as one source."""

from functools import cache

from slipway.engine import programs

_PACKAGE = "slipway.files.inside"
_MODULES = ("paths", "looking", "moving", "writing", "sending", "main")


@cache
def source() -> str:
    """Return the program."""
    return programs.joined(_PACKAGE, _MODULES)


def argv() -> list[str]:
    """Return the command that runs it in a machine."""
    return [*programs.PYTHON, source()]
