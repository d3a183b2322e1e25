"""`./slipway doctor --escape`: goes through the list of attempts to get out of a sandbox; 1 when one is open."""

import argparse
import json
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from slipway.command import address, dockerhost, ports
from slipway.command.errors import CommandError
from slipway.command.instance import PROJECT, Instance
from slipway.command.lock import only_one
from slipway.command.machine import running_engine
from slipway.command.output import note, say
from slipway.command.up.engine import container_of
from slipway.engine import container as engines
from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import EngineError
from slipway.escape import chromium, families, report, run
from slipway.escape.attempts import Result
from slipway.escape.bench import Target

# Of its Docker, an attempt needs an image of the shelf.
IMAGE = "lab-docker"
AGAIN = "./slipway doctor --escape"


def main(arguments: argparse.Namespace) -> int:
    """Try all that is wanted, tell each result as it comes, and what they come to."""
    if os.geteuid() != 0:
        raise CommandError("attempts are made on an engine, which needs root.", f"sudo {AGAIN}")
    wanted = families_named(arguments.escape)
    instance = Instance.from_environment()
    instance.prepare()
    results: list[Result] = []
    begin = time.monotonic()
    # The machines have the same names each time, so that those of a command that was killed are found.
    with only_one(instance.run / "escape.lock"), running_engine(instance, again=AGAIN) as running:
        where = machine(running)
        if not arguments.json:
            say(f"{where}\n")
        try:
            for result in attempts(instance, running, wanted):
                results.append(result)
                if not arguments.json:
                    say(report.line(result))
        except EngineError as error:
            raise CommandError(f"not all attempts could be made. {error}", "./slipway doctor") from error
    took = time.monotonic() - begin
    if arguments.json:
        say(json.dumps({"machine": where, "results": [asdict(result) for result in results]}))
    else:
        say(f"\n{report.summary(results, took)}")
    bad = [result for result in results if not result.is_good]
    for result in bad:
        note(report.line(result))
    return 1 if bad else 0


def families_named(words: list[str]) -> set[str]:
    """Return the families that were named, or all. Raise `CommandError` for a name that is none. Pure."""
    if unknown := set(words) - set(families.ALL):
        raise CommandError(
            f"there is no family {', '.join(sorted(unknown))} of attempts.", f"name some of: {', '.join(families.ALL)}"
        )
    return set(words) or set(families.ALL)


def attempts(instance: Instance, running: Instance, wanted: set[str]) -> Iterator[Result]:
    """Give all results."""
    where = address.load(instance.site) or address.Address(address.LOOPBACK, ports.DEFAULT_PORT)
    pages = None if ports.is_free(where.host, where.port) else (where.probe_host, where.port)
    image = json.loads(running.images.read_text(encoding="utf-8"))[IMAGE]
    engine = DockerEngine(running.engine_socket)
    target = Target(engine, container_of(running), image, instance.run, PROJECT, pages)
    try:
        yield from run.on_machines(target, wanted)
    finally:
        engine.close()
    yield from run.on_site(where.url, instance.admin_password, wanted)


def machine(running: Instance) -> str:
    """Return what the results hold for: system, kernel, control groups, engines and browser."""
    outside = dockerhost.find()
    inside = engines.status(container_of(running)).version
    version = 2 if Path("/sys/fs/cgroup/cgroup.controllers").exists() else 1
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    parts = [system, f"kernel {platform.release()}", f"cgroup v{version}"]
    parts.append(f"Docker Engine {outside.version if outside else '?'} outside and {inside} inside")
    if path := chromium.program():
        parts.append(chromium.version(path))
    return ", ".join(parts)
