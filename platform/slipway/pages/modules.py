"""Which JavaScript modules another one imports, directly or not."""

import posixpath
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

# An import or export from a relative address, as all of ours are; a dynamic import() is meant to be late.
_IMPORT = re.compile(r"""^(?:import|export)\b[^"';()]*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


@cache
def imported_by(script: str) -> tuple[str, ...]:
    """Return the static paths of all modules that a script imports, nearest first, without the script itself."""
    found, rest = [script], [script]
    while rest:
        importer = rest.pop(0)
        for address in _IMPORT.findall(_source(importer)):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(importer), address))
            if path not in found:
                found.append(path)
                rest.append(path)
    return tuple(found[1:])


def _source(path: str) -> str:
    found = finders.find(path)
    if found is None:
        raise FileNotFoundError(f"{path} is imported by a page's script, and is not among the static files.")
    return Path(found).read_text()
