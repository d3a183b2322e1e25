"""What a check looks at: one class per kind. Pure: no Django, no IO.

Every text may hold `{{parameters}}`. What each kind observes stands in docs/authoring.md. `wants` names what is costly
to observe and is asked for all the same: `logs` of a container, `content` and `sha256` of a file, `console` of a vm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Container:
    """One inner container, by name or id."""

    kind: ClassVar[str] = "container"
    name: str
    wants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Containers:
    """All inner containers, running or not, that meet every filter given; empty filters take all."""

    kind: ClassVar[str] = "containers"
    name: str = ""
    image: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """One inner image, by reference or id."""

    kind: ClassVar[str] = "image"
    reference: str


@dataclass(frozen=True, slots=True)
class Network:
    """One inner network."""

    kind: ClassVar[str] = "network"
    name: str


@dataclass(frozen=True, slots=True)
class Volume:
    """One inner volume."""

    kind: ClassVar[str] = "volume"
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """One path of the machine or, with `in_container`, of an inner container, running or not."""

    kind: ClassVar[str] = "file"
    path: str
    in_container: str = ""
    wants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """The processes whose name equals `name` and whose command line matches the regular expression `cmdline`."""

    kind: ClassVar[str] = "process"
    name: str = ""
    cmdline: str = ""
    in_container: str = ""


@dataclass(frozen=True, slots=True)
class Port:
    """Who listens on one TCP port of the machine."""

    kind: ClassVar[str] = "port"
    number: str


@dataclass(frozen=True, slots=True)
class Http:
    """One HTTP request from inside the machine, or from inside a running inner container's network."""

    kind: ClassVar[str] = "http"
    url: str
    method: str = "GET"
    host: str = ""
    in_container: str = ""
    timeout_seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class Hub:
    """One tag of a repository on the machine's stand-in Hub; `search` is a text to look for in all of its layers."""

    kind: ClassVar[str] = "hub"
    reference: str
    search: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the machine's own, run as `user` in a clean environment."""

    kind: ClassVar[str] = "command"
    argv: tuple[str, ...]
    user: str = "root"
    in_container: str = ""
    timeout_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Script:
    """A shell script that judges by its exit status; parameters are variables, its last line is what was observed."""

    kind: ClassVar[str] = "script"
    script: str
    timeout_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Vm:
    """A virtual machine of `vm start`, and what the shell line `run` gives inside it."""

    kind: ClassVar[str] = "vm"
    name: str
    run: str = ""
    timeout_seconds: float = 3.0
    wants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The commands typed in this attempt that match a regular expression and, where given, ended with this status.

    With `after` only those count that were typed after the last one which matches it and succeeded.
    """

    kind: ClassVar[str] = "history"
    matches: str
    exit_status: int | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed into one of the exercise's answer fields."""

    kind: ClassVar[str] = "answer"
    id: str


# What the observer finds out in the machine; the other two are known on our side.
Observed = (
    Container | Containers | Image | Network | Volume | File | Process | Port | Http | Hub | Command | Script | Vm
)
Subject = Observed | History | Answer
