"""`./slipway engine add`: invite a host, wait until it joined, prove the way in both directions, give it the images."""

import argparse
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from slipway.command.address import Address
from slipway.command.errors import CommandError
from slipway.command.instance import SOCKET_PATH_BYTES, Instance
from slipway.command.output import err, note, say
from slipway.command.steplog import StepLog
from slipway.command.steps import Step, run_steps
from slipway.command.up import programs
from slipway.engine import container
from slipway.engine.docker_engine import DockerEngine
from slipway.engine.port import EngineError
from slipway.gate import asking, identity, token
from slipway.gate.address import AddressError, GateAddress, parse
from slipway.gate.folder import INVITED_SECONDS, SITE, Folder
from slipway.gate.places import engine_socket
from slipway.sandboxes.models import Engine

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
# The other host's gate and worker start in seconds; its first measure comes within 5 s more.
ANSWER_SECONDS = 120.0
GATE_SECONDS = 20.0
AGAIN = "mend that, then type the same command again: it goes on where this one was."


def main(instance: Instance, where: Address, environment: Mapping[str, str], arguments: argparse.Namespace) -> int:
    """Invite the host, or go on with one that was invited before."""
    name, folder = arguments.name, Folder.of(instance.home)
    _refuse_bad_name(instance, name)
    refuse_other_databases()
    row, _ = Engine.objects.get_or_create(name=name, defaults={"state": Engine.State.JOINING})
    if row.state != Engine.State.JOINING:
        raise CommandError(f"the engine {name} is there already.", "./slipway engine list")
    if folder.peer(name) is None:
        _invite(instance, where, environment, arguments)
        _wait_for("nobody came with the invitation", lambda: folder.peer(name) is not None, INVITED_SECONDS)
    note(f"{name} has joined. Proving the way in both directions.")
    _prove(row)
    _supply(instance, row)
    Engine.objects.filter(id=row.id).update(state=Engine.State.OPEN)
    say(f"The engine {name} takes machines. ./slipway engine list tells how it does.")
    return 0


def _refuse_bad_name(instance: Instance, name: str) -> None:
    if not NAME.fullmatch(name) or name in {SITE, settings.ENGINE_NAME}:
        raise CommandError(
            f"{name!r} is no name for another engine.", "use small letters, digits and dashes, such as second-host."
        )
    excess = len(os.fsencode(engine_socket(instance.home, name))) - SOCKET_PATH_BYTES
    if excess > 0:
        raise CommandError(f"the name {name} is {excess} letters too long for a socket below {instance.home}.",
                           "choose a shorter one.")  # fmt: skip


def refuse_other_databases() -> None:
    """Refuse a site whose database another host cannot reach."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        raise CommandError(
            "this Slipway has an SQLite database, which no other host can reach.",
            "give it a PostgreSQL first: SLIPWAY_DATABASE_URL=postgresql://USER:PASSWORD@HOST/NAME ./slipway up"
            " (it begins empty; docs/operating.md says more).",
        )
    if settings.REDIS_URL.startswith("rediss:"):
        raise CommandError(
            "the gate cannot pass on a Redis that speaks TLS itself.", "name one with redis:// or unix://."
        )


def _invite(instance: Instance, where: Address, environment: Mapping[str, str], arguments: argparse.Namespace) -> None:
    folder, other = Folder.of(instance.home), _parsed(arguments.address)
    for peer in folder.peers().values():
        if peer.address == other:
            raise CommandError(f"{other} is the address of the engine {peer.name}.", "name another address or port.")
    site = _site(folder, where, arguments.site)
    folder.listen_at(site)
    if not folder.identity.exists():
        identity.make(folder.identity, name="slipway", host=site.host)

    def gate(log: StepLog) -> str:
        programs.supervision(instance).apply(programs.programs(instance, where, environment), log)
        _wait_for("the gate does not listen", lambda: asking.is_open(site), GATE_SECONDS)
        return f"listens on {site}"

    steps = [Step("Gate", gate, f"Read {instance.logs}/gate.log. Is {site.host} an address of this host?")]
    run_steps(steps, logs=instance.logs / "engine", console=err, again="./slipway engine add")
    secret = token.new_secret()
    folder.invite(arguments.name, secret=secret, address=other)
    word = token.write(token.Invitation(site, identity.fingerprint(folder.certificate), secret))
    say(
        "On the other host, in a checkout of the same version of Slipway, type as root within an hour:\n\n"
        f"    echo {word} | ./slipway join\n\n"
        f"It is good once. {site} must be reached from there, and {other} from here."
        " Waiting for it; Ctrl-C and the same command later will do, too."
    )


def _parsed(text: str) -> GateAddress:
    try:
        return parse(text)
    except AddressError as error:
        raise CommandError(str(error)) from error


def _site(folder: Folder, where: Address, given: str | None) -> GateAddress:
    """Return where the others reach this host."""
    known = folder.address()
    if given is None:
        return known or _parsed(where.outward)
    site = _parsed(given)
    if known is not None and site != known and folder.peers():
        raise CommandError(f"the gate of this site listens on {known}, as the others know it.", "leave --site out.")
    return site


def _prove(row: Engine) -> None:
    """Ask the engine through its gate, and see its worker write through ours; each knows the other's certificate."""
    engine = DockerEngine(Path(row.socket))
    try:
        version = _answer(engine)
    finally:
        engine.close()
    note(f"from here to {row.name}: Docker {version} answers")
    begin = timezone.now()
    _wait_for(
        f"the worker of {row.name} does not write to this site's database", lambda: _heard(row, begin), ANSWER_SECONDS
    )
    note(f"from {row.name} to here: its worker has written to the database")


def _answer(engine: DockerEngine) -> str:
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            return engine.ping()
        except EngineError as error:
            if time.monotonic() > deadline:
                raise CommandError(f"its engine does not answer through the gates: {error}", AGAIN) from error
            time.sleep(0.5)


def _heard(row: Engine, since: datetime) -> bool:
    row.refresh_from_db()
    return row.seen_at is not None and row.seen_at > since


def _supply(instance: Instance, row: Engine) -> None:
    labs: dict[str, str] = json.loads(instance.images.read_text(encoding="utf-8"))
    try:
        container.supply(Path(row.socket), labs.values(), note)
    except EngineError as error:
        raise CommandError(f"the images could not be given to {row.name}: {error}", AGAIN) from error
    Engine.objects.filter(id=row.id).update(images=labs)


def _wait_for(what: str, condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise CommandError(f"{what} within {seconds:.0f} s.", AGAIN)
        time.sleep(0.5)
