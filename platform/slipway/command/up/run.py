"""`./slipway up`: the steps in their order, and what is said at the end."""

import argparse
import json
import os
import sys
import time
from functools import partial
from pathlib import Path

from slipway.command import address, dockerhost, ports
from slipway.command.address import LOOPBACK, Address
from slipway.command.beside import Beside
from slipway.command.errors import CommandError
from slipway.command.instance import ADMIN, Instance
from slipway.command.lock import only_one
from slipway.command.output import err, note, say
from slipway.command.steplog import StepLog
from slipway.command.steps import Step, run_steps, seconds
from slipway.command.up import engine, hostdocker, kernel, packages, policies, programs, ready
from slipway.gate.folder import Folder

AGAIN = "./slipway up"
# Imported by a process of its own alone: it takes Django along.
SITE = "slipway.command.site"


def main(arguments: argparse.Namespace) -> int:
    """Bring everything up, and print the address and how to sign in."""
    begin = time.monotonic()
    instance = Instance.from_environment()
    instance.prepare()
    if Folder.of(instance.home).membership.exists():
        raise CommandError("this host has machines for another Slipway.", "./slipway join starts it.")
    policies.prepare(instance)
    needs = packages.wanted(docker_answers=dockerhost.find() is not None)
    packages.refuse_other_systems(needs)
    with only_one(instance.run / "up.lock"):
        where = choose_address(instance, arguments)
        address.save(instance.site, where)
        logs = instance.logs / "up"
        with _site(instance, where, "prepare", logs) as prepared:
            run_steps(steps(instance, where, needs, prepared), logs=logs, console=err, again=AGAIN)
        _tell(instance, where, time.monotonic() - begin)
    return 0


def image_steps(needs: list[packages.Need]) -> list[Step]:
    """Return the steps from a bare machine to one that has all images."""
    return [
        Step(
            "Programs of this machine",
            partial(packages.install, needs),
            "Let apt-get reach its mirror, or install them.",
        ),
        Step("Limits of this kernel", kernel.raise_limits, "Raise fs.inotify.max_user_instances by sysctl."),
        Step("Docker Engine of this machine", hostdocker.ensure, "See ./slipway doctor for what Docker needs."),
        Step("Images", engine.build_images, "Mend what the lines above say; images that are made stay made."),
    ]


def host_steps(instance: Instance, needs: list[packages.Need]) -> list[Step]:
    """Return the steps from a bare machine to an engine that runs sandboxes."""
    work = partial(engine.start_engine, instance)
    return [*image_steps(needs), Step("Engine for sandboxes", work, "See ./slipway doctor for what it needs.")]


def steps(instance: Instance, where: Address, needs: list[packages.Need], prepared: Beside) -> list[Step]:
    """Return all steps of `up`. The site is prepared beside the first ones, of which it needs nothing."""

    def site(log: StepLog) -> str:
        prepared.wait(log)
        return ""

    return [
        *host_steps(instance, needs),
        Step("Database, lessons and static files", site, "Mend what the lines above say."),
        Step("Processes", partial(_processes, instance, where), "Read the logs in SLIPWAY_HOME/log."),
        Step("Page", partial(ready.wait_until_up, instance, where), "Read the logs in SLIPWAY_HOME/log."),
        Step("Warm machines", partial(_pool, instance, where), "Read SLIPWAY_HOME/log/worker.log."),
    ]


def choose_address(instance: Instance, arguments: argparse.Namespace) -> Address:
    """Return where the pages will be: what was asked for, else where they were, else the first free port."""
    saved = address.load(instance.site)
    host = arguments.host or (saved.host if saved else LOOPBACK)
    wanted = arguments.port or (saved.port if saved else ports.DEFAULT_PORT)
    serving = saved if _serves(instance) else None

    def free(port: int) -> bool:
        return (serving is not None and serving.port == port) or ports.is_free(host, port)

    def free_for_previews(port: int) -> bool:
        return (serving is not None and serving.preview_port == port) or ports.is_free(host, port)

    if arguments.port is None and not free(wanted):
        port = ports.choose(None, free)
        note(f"Port {wanted} is taken by another program. Using {port} instead; --port chooses another one.")
    else:
        port = ports.choose(wanted, free)
    return Address(host, port, ports.following(port, saved.preview_port if saved else 0, free_for_previews))


def _serves(instance: Instance) -> bool:
    left = programs.supervision(instance)
    return any(state.name == "web" and state.pid for state in left.states() or []) or bool(left.orphans())


def _site(instance: Instance, where: Address, what: str, logs: Path) -> Beside:
    argv = [sys.executable, "-P", "-m", SITE, what, str(instance.home)]
    environment = {**os.environ, **programs.settings(instance, where)}
    return Beside(argv, environment=environment, output=logs / f"site-{what}.out")


def _processes(instance: Instance, where: Address, log: StepLog) -> str:
    started = programs.supervision(instance).apply(programs.programs(instance, where), log)
    return f"{', '.join(started)} started" if started else "unchanged"


def _pool(instance: Instance, where: Address, log: StepLog) -> str:
    # What was found is of the images of the last `up`: newer ones make a new pool.
    is_older = instance.images.stat().st_mtime <= instance.prepared.stat().st_mtime
    if is_older and _found(instance)["pool_is_full"]:
        return "ready"
    with _site(instance, where, "fill-pool", log.path.parent) as filling:
        filling.wait(log)
    return log.last_line()


def _found(instance: Instance) -> dict[str, bool]:
    found: dict[str, bool] = json.loads(instance.prepared.read_text(encoding="utf-8"))
    return found


def _tell(instance: Instance, where: Address, elapsed: float) -> None:
    say(f"\nSlipway is up after {seconds(elapsed)}.\n")
    say(f"    {where.url}\n")
    if instance.admin_password.exists():
        password = instance.admin_password
        shown = (
            f"password {password.read_text(encoding='utf-8').strip()}"
            if _found(instance)["admin_is_new"]
            else "its first password"
        )
        say(f"Sign in as {ADMIN}, {shown} (kept in {password}). Learners open the page and start as guests.")
    if where.host == LOOPBACK:
        say("Only this machine reaches it. For others: ./slipway up --host 0.0.0.0")
    say("./slipway status tells what runs, ./slipway down stops it and keeps the data.")
