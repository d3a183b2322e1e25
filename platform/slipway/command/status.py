"""`./slipway status`: what runs, on which address, and what is wrong."""

import argparse
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table

from slipway.command import address, dockerhost, external
from slipway.command.address import Address
from slipway.command.instance import Instance
from slipway.command.output import out, say
from slipway.command.supervisor.control import State
from slipway.command.up import engine, programs, ready
from slipway.engine import container
from slipway.engine.port import MEBIBYTE

UP = "./slipway up"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, and what to do about it."""

    text: str
    cure: str


@dataclass(frozen=True, slots=True)
class Status:
    """An installation as it is now. `page` is the HTTP status of the first page, 0 when nothing answers."""

    instance: str
    home: str
    address: str = ""
    page: int = 0
    docker: str = ""
    engine: str = "absent"
    engine_version: str = ""
    processes: list[State] = field(default_factory=list)
    is_supervised: bool = False
    orphans: list[int] = field(default_factory=list)
    late_mails: int = 0
    machines: list[dict[str, Any]] = field(default_factory=list)


def main(arguments: argparse.Namespace) -> int:
    """Print the status; 1 when something is wrong."""
    status = look(Instance.from_environment())
    found = problems(status, Path(status.home) / "log")
    if arguments.json:
        say(json.dumps({**asdict(status), "problems": [asdict(problem) for problem in found]}))
    else:
        _show(status, found)
    return 1 if found else 0


def look(instance: Instance) -> Status:
    """Ask everything that runs; nothing is changed."""
    where = address.load(instance.site)
    left = programs.supervision(instance)
    states = left.states()
    docker = dockerhost.find()
    page = _page(where, states)
    inner = container.status(engine.container_of(instance)) if docker else container.Status("absent", None)
    return Status(
        instance=instance.name,
        home=str(instance.home),
        address=where.url if where else "",
        page=page,
        docker=docker.version if docker else "",
        engine=inner.state,
        engine_version=inner.version or "",
        processes=states or [],
        is_supervised=states is not None,
        orphans=[process.pid for process in left.orphans()],
        late_mails=ready.late_mails(where) if where and page else 0,
        machines=_machines(instance, where) if where and states else [],
    )


def _machines(instance: Instance, where: Address) -> list[dict[str, Any]]:
    """Return what the database knows of each engine's machines; nothing while it does not answer."""
    environment = {**os.environ, **programs.settings(instance, where)}
    argv = external.python("-m", "slipway.command.machines")
    asked = subprocess.run(argv, env=environment, capture_output=True, check=False)
    if asked.returncode:
        return []
    loads: list[dict[str, Any]] = json.loads(asked.stdout)
    return loads


def _page(where: Address | None, states: list[State] | None) -> int:
    # Without a web process of ours, whoever answers on that port is somebody else.
    has_web = any(state.name == "web" and state.pid for state in states or [])
    return ready.page_status(where) if where and has_web else 0


def problems(status: Status, logs: Path) -> list[Problem]:
    """Return what is wrong, each with its cure. Pure."""
    if not (status.is_supervised or status.orphans or status.engine_version):
        return [Problem("nothing runs.", UP)]
    found = []
    if not status.is_supervised:
        left = f"; {len(status.orphans)} processes run on without it" if status.orphans else ""
        found.append(Problem(f"supervisord is gone, and nobody restarts what dies{left}.", UP))
    for state in status.processes:
        if ready.has_ended(state):
            text = f"{state.name} is {state.state.lower()}{': ' if state.explanation else ''}{state.explanation}."
            found.append(Problem(text, f"read {logs / state.name}.log, then {UP}"))
    if not status.docker:
        found.append(Problem("the host's Docker Engine does not answer.", f"start it, or let {UP} do so"))
    elif not status.engine_version:
        found.append(Problem(f"the engine for sandboxes does not answer; its container is {status.engine}.", UP))
    # A host that joined a site serves no pages.
    if status.is_supervised and status.address and not 0 < status.page < ready.FIRST_FAILURE:
        found.append(Problem(f"the first page answers {status.page or 'nothing'}.", f"read {logs / 'web.log'}"))
    if status.late_mails:
        text = f"mails about the removal of {status.late_mails} machines cannot be sent; these are kept meanwhile."
        found.append(Problem(text, f"set SLIPWAY_EMAIL_HOST, or read {logs / 'worker.log'} for what the server says"))
    return found


def machines_in_words(load: Mapping[str, Any]) -> list[str]:
    """Return what an engine carries: its machines, how they share the host, and how many wait. Pure."""
    counts = f"{load['learners']} of learners, {load['warm']} warm, {load['waiting']} waiting"
    shares = (("memory", "memory_bytes", MEBIBYTE), ("disk", "disk_bytes", MEBIBYTE), ("processes", "pids", 1))
    return [f"machines on {load['engine']}: {counts}", *(_share(load, *share) for share in shares)]


def _share(load: Mapping[str, Any], what: str, name: str, unit: int) -> str:
    used, promised, limits, room = (max(0, load[of][name]) // unit for of in ("used", "promised", "limits", "room"))
    unit_name = "" if unit == 1 else " MiB"
    return f"  {what}: {used}{unit_name} used, {promised} promised, limits of {limits}; {room} left for starts"


def _show(status: Status, found: list[Problem]) -> None:
    if status.is_supervised or status.engine_version:
        table = Table(box=None, pad_edge=False, show_header=False)
        for state in status.processes:
            table.add_row(state.name, state.state.lower(), f"process {state.pid}" if state.pid else "")
        version = f"Docker {status.engine_version}" if status.engine_version else ""
        table.add_row("engine", status.engine, version)
        table.add_row("host", "", f"Docker {status.docker}" if status.docker else "no Docker Engine answers")
        table.add_row("page", str(status.page or "no answer"), status.address)
        out.print(table)
        for load in status.machines:
            say("\n".join(machines_in_words(load)))
    say(f"data: {status.home} ({status.instance})")
    for problem in found:
        out.print(f"\n✗ {problem.text}", style="red", markup=False)
        say(f"  What to do: {problem.cure}")
    if not found:
        say("Nothing is wrong.")
