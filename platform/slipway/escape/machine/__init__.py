"""The attempts that root of a machine makes from inside it, a file for each family.

In a file a table is an attempt: its name, what is `tried`, and a program for bash (`shell`) or Python (`python`), each
after its part of `escape/inside/`. The attempt is open when the program ends with 0, and held when its output matches
`held`, which a plain refusal does if nothing else is said. What is lacking ends with 77. `control` says in which place
the same program succeeds, or another one there, and which capability of the host it needs for that.

Nothing that lasts is changed where an attempt succeeds: settings are written with the value that they have, what was
frozen is thawed. Controls run as the host's root, in tests alone, and must be written so that they do no harm there.

Variables tell where things lie: see `Bench.prepare`. Numbers of system calls are those of x86-64. Most are asked for
what is wrong on purpose: who may not call at all is told so, and who may is told what is wrong.
"""

import tomllib
from pathlib import Path
from typing import Any

from slipway.escape.attempts import REFUSED, Attempt, Control, Language, Place

HERE = Path(__file__).parent
FAMILIES = ("devices", "mounts", "groups", "namespaces", "kernel", "docker", "network", "files", "secrets")


def read(family: str) -> tuple[Attempt, ...]:
    """Return a family's attempts, in their order."""
    tables = tomllib.loads((HERE / f"{family}.toml").read_text(encoding="utf-8"))
    return tuple(_attempt(name, table) for name, table in tables.items())


def _attempt(name: str, table: dict[str, Any]) -> Attempt:
    language = next(each for each in Language if each in table)
    control = table["control"]
    return Attempt(
        name=name,
        tried=table["tried"],
        program=table[language],
        language=language,
        held=table.get("held", REFUSED).strip(),
        control=Control(
            place=Place[control["place"].upper()],
            program=control.get(language, ""),
            capability=control.get("capability", ""),
        ),
    )
