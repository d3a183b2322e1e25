"""What a machine may use and which walls stand around it, by its image and its learner's role. Pure but for `load`.

The operator's policy.toml has tables of the fields of `Policy`. Each takes the place of what the ones before it say:
``[default]``, ``[image.NAME]``, ``[role.ROLE]``, ``[image.NAME.role.ROLE]``.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from slipway.egress import names
from slipway.engine.port import MEBIBYTE, Confinement, Limits

FILE = "policy.toml"
MOST_FILE_BYTES = 256 * 1024
MOST_NAMES = 100
KIBIBYTE = 1024
# A shell and its pipelines need few; a container inside asks for as many as the hard limit allows.
OPEN_FILES_SOFT = 4096
_IMAGE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_PROGRAM = re.compile(r"[a-z0-9][a-z0-9_.-]{0,31}")


class PolicyError(ValueError):
    """The operator's policies cannot be used; the text says where and what to write instead."""


class Role(StrEnum):
    """Whose a machine is: a guest's, a learner's with an account, or one's who grades or writes its course."""

    GUEST = "guest"
    LEARNER = "learner"
    STAFF = "staff"


class Kind(NamedTuple):
    """What a machine's policy follows from."""

    image: str
    role: Role = Role.LEARNER


def _number(default: float, least: float, most: float, *, is_changeable: bool = False, or_zero: bool = False) -> Any:
    """Return a field with its bounds. What is changeable can be given to a machine that runs."""
    bounds = {"least": least, "most": most, "is_changeable": is_changeable, "or_zero": or_zero}
    return field(default=default, metadata=bounds)


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits and walls of one machine. 0 stands for: as the engine has it, or none; docs/operating.md tells which."""

    memory_mebibytes: int = _number(768, 256, 1024 * 1024, is_changeable=True)
    cpus: float = _number(1.0, 0.05, 256.0, is_changeable=True)
    cpu_shares: int = _number(1024, 2, 262_144, is_changeable=True)
    pids: int = _number(512, 128, 65_536, is_changeable=True)
    open_files: int = _number(8192, 1024, 1_048_576)
    disk_mebibytes: int = _number(0, 256, 1024 * 1024, or_zero=True)
    disk_inodes: int = _number(0, 8192, 100_000_000, or_zero=True)
    log_mebibytes: int = _number(0, 1, 1024, or_zero=True)
    terminal_kibibytes_per_second: int = _number(0, 64, 1024 * 1024, is_changeable=True, or_zero=True)
    no_new_privileges: bool = False
    apparmor: bool = False
    runtime: str = ""
    egress: tuple[str, ...] = ()
    internal: bool = False

    @property
    def has_relay(self) -> bool:
        """Tell whether a machine may reach anything beyond itself."""
        return bool(self.egress) or self.internal

    @property
    def limits(self) -> Limits:
        """Return what the engine is told of a machine's limits."""
        return Limits(
            memory_bytes=self.memory_mebibytes * MEBIBYTE,
            cpus=self.cpus,
            cpu_shares=self.cpu_shares,
            pids=self.pids,
            open_files_soft=min(OPEN_FILES_SOFT, self.open_files),
            open_files_hard=self.open_files,
            disk_bytes=self.disk_mebibytes * MEBIBYTE,
            disk_inodes=self.disk_inodes,
            log_bytes=self.log_mebibytes * MEBIBYTE,
        )

    @property
    def confinement(self) -> Confinement:
        """Return what the engine is told of a machine's walls."""
        return Confinement(self.no_new_privileges, self.apparmor, self.runtime)

    @property
    def terminal_bytes_per_second(self) -> int:
        """Return how fast a terminal may print, in bytes per second; 0: as fast as its page draws."""
        return self.terminal_kibibytes_per_second * KIBIBYTE

    @property
    def fixed(self) -> dict[str, Any]:
        """Return the fields that cannot be changed while a machine runs."""
        changeable = {each.name for each in fields(self) if each.metadata.get("is_changeable")}
        return {name: value for name, value in self.noted.items() if name not in changeable}

    @property
    def noted(self) -> dict[str, Any]:
        """Return all of it as JSON has it."""
        return {**asdict(self), "egress": list(self.egress)}


Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Policies:
    """The installation's policies: what holds for all, and what tables of the operator's file change of it."""

    default: Policy = field(default_factory=Policy)
    images: Mapping[str, Table] = field(default_factory=dict)
    roles: Mapping[Role, Table] = field(default_factory=dict)
    kinds: Mapping[Kind, Table] = field(default_factory=dict)

    def of(self, kind: Kind) -> Policy:
        """Return the policy of a machine."""
        tables = (self.images.get(kind.image, {}), self.roles.get(kind.role, {}), self.kinds.get(kind, {}))
        changed = {name: value for table in tables for name, value in table.items()}
        return replace(self.default, **changed) if changed else self.default

    def all(self) -> Iterator[Policy]:
        """Give each policy that a machine could have."""
        for image in {"", *self.images, *(kind.image for kind in self.kinds)}:
            for role in Role:
                yield self.of(Kind(image, role))

    @property
    def runtimes(self) -> set[str]:
        """Return the OCI runtimes that are asked for besides the engine's own."""
        return {policy.runtime for policy in self.all()} - {""}

    @property
    def has_egress(self) -> bool:
        """Tell whether any machine may reach anything beyond itself."""
        return any(policy.has_relay for policy in self.all())

    @property
    def wants_apparmor(self) -> bool:
        """Tell whether any machine is to be confined by AppArmor."""
        return any(policy.apparmor for policy in self.all())


def load(path: Path, default: Policy) -> Policies:
    """Read the operator's file; without one the default holds for all. Raise `PolicyError`."""
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise PolicyError(f"{path} has more than {MOST_FILE_BYTES} bytes: no file of policies is that long.")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Policies(default)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read: {error}.") from error
    return parse(text, default, name=str(path))


def parse(text: str, default: Policy, *, name: str = "policy.toml") -> Policies:
    """Return the policies that a file's text says. Raise `PolicyError` with the file's name and the table's."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyError(f"{name} is not TOML: {error}.") from None
    try:
        _known(data, {"default", "image", "role"}, "the file")
        images, kinds = _images(_table(data, "image", "the file"))
        return Policies(
            default=replace(default, **_fields(_table(data, "default", "the file"), "[default]")),
            images=images,
            roles=_roles(_table(data, "role", "the file"), "role"),
            kinds=kinds,
        )
    except PolicyError as error:
        raise PolicyError(f"{name}, {error}") from None


def _images(tables: Table) -> tuple[dict[str, Table], dict[Kind, Table]]:
    images: dict[str, Table] = {}
    kinds: dict[Kind, Table] = {}
    for image in tables:
        if not _IMAGE.fullmatch(image):
            raise PolicyError(f"[image.{image}]: this is no name of an image, such as lab-docker.")
        own = dict(_table(tables, image, "[image]"))
        roles = _roles(_table(own, "role", f"[image.{image}]"), f"image.{image}.role")
        own.pop("role", None)
        images[image] = _fields(own, f"[image.{image}]")
        kinds |= {Kind(image, role): table for role, table in roles.items()}
    return images, kinds


def _roles(tables: Table, above: str) -> dict[Role, Table]:
    _known(tables, set(Role), f"[{above}]")
    return {Role(role): _fields(_table(tables, role, f"[{above}]"), f"[{above}.{role}]") for role in tables}


def _table(data: Table, name: str, place: str) -> Table:
    found = data.get(name, {})
    if not isinstance(found, dict):
        raise PolicyError(f"{place}: {name} is a value, and should be a table.")
    return found


def _known(table: Table, names: set[str], place: str) -> None:
    if unknown := sorted(set(table) - names):
        raise PolicyError(f"{place}: there is no {unknown[0]!r}. Write one of {', '.join(sorted(names))}.")


def _fields(table: Table, place: str) -> dict[str, Any]:
    """Return a table's values, each checked."""
    known = {each.name: each for each in fields(Policy)}
    _known(table, set(known), place)
    for name, value in table.items():
        if complaint := _complaint(value, known[name].type, known[name].metadata):
            raise PolicyError(f"{place}: {name} is {str(value)[:60]!r}: write {complaint}.")
    return {name: _value(value, known[name].type) for name, value in table.items()}


def _value(value: Any, kind: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return float(value) if kind is float else value


def _complaint(value: Any, kind: Any, bounds: Mapping[str, Any]) -> str:
    """Return what is to be written instead of a value, nothing when it is right."""
    if kind is bool:
        return "" if isinstance(value, bool) else "true or false"
    if kind == tuple[str, ...]:
        is_right = isinstance(value, list) and len(value) <= MOST_NAMES and all(map(names.is_pattern, value))
        return "" if is_right else f'at most {MOST_NAMES} names such as ["deb.example.org", "*.example.org"]'
    if kind is str:
        is_right = isinstance(value, str) and bool(not value or _PROGRAM.fullmatch(value))
        return "" if is_right else "the name of a program, in lower case"
    is_number = isinstance(value, int | float if kind is float else int) and not isinstance(value, bool)
    if is_number and (bounds["least"] <= value <= bounds["most"] or (bounds["or_zero"] and value == 0)):
        return ""
    what = "a number" if kind is float else "a whole number"
    return f"{what} from {bounds['least']} to {bounds['most']}{', or 0' if bounds['or_zero'] else ''}"
