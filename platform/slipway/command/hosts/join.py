"""`./slipway join`: become a host of machines for another Slipway, or start again what one has."""

import argparse
import json
import os
import platform
import ssl
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from slipway.command import dockerhost
from slipway.command.errors import CommandError
from slipway.command.instance import PROJECT, Instance
from slipway.command.lock import only_one
from slipway.command.output import err, say
from slipway.command.steplog import StepLog
from slipway.command.steps import Step, run_steps
from slipway.command.up import engine, packages, programs
from slipway.command.up.run import image_steps
from slipway.engine import container, images
from slipway.gate import asking, identity, tls, token
from slipway.gate.address import AddressError, parse
from slipway.gate.folder import SITE, Folder, Peer
from slipway.gate.places import postgres_socket, redis_socket, site_folder

AGAIN = "./slipway join"
NEW_INVITATION = (
    "mend that; and an invitation is good once, for an hour: ./slipway engine add at the site prints a new command."
)


def main(arguments: argparse.Namespace) -> int:
    """Take the invitation from standard input, if there is one, then start everything."""
    instance = Instance.from_environment()
    instance.prepare()
    folder = Folder.of(instance.home)
    if instance.site.exists():
        raise CommandError("this folder is a site of its own.", "name another one in SLIPWAY_HOME.")
    needs = [
        need for need in packages.wanted(docker_answers=dockerhost.find() is not None) if need is not packages.REDIS
    ]
    packages.refuse_other_systems(needs)
    with only_one(instance.run / "up.lock"):
        if word := _invitation():
            _join(folder, word)
        if not folder.membership.exists():
            raise CommandError(
                "this host was not invited.", "at the site, type ./slipway engine add, and take its command."
            )
        if arguments.listen:
            folder.listen_at(parse(arguments.listen))
        run_steps(_steps(instance, needs), logs=instance.logs / "up", console=err, again=AGAIN)
    name = json.loads(folder.membership.read_text(encoding="utf-8"))["name"]
    say(f"This host is the engine {name} of {folder.peers()[SITE].address}; its gate listens on {folder.address()}."
        " ./slipway join starts it again after a reboot, ./slipway down stops it and keeps the machines.")  # fmt: skip
    return 0


def _invitation() -> str:
    """Return the word that was piped in; none from a terminal or from nothing."""
    return "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.readline(token.MAX_CHARACTERS + 1).strip()


def _join(folder: Folder, word: str) -> None:
    """Go to the site that invited this host: prove who it is, then show our certificate and the secret."""
    try:
        invitation = token.read(word)
        own = identity.make(folder.next_identity, name="slipway", host=platform.node().lower() or "localhost")
        with asking.connect(invitation.site, tls.calling_a_stranger()) as connection:
            shown, _ = tls.shown(connection)
            if shown != invitation.fingerprint:
                raise CommandError(
                    f"what answers at {invitation.site} is not the site that invited this host.",
                    "see who listens there; nothing was told to it.",
                )
            site = identity.checked(ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True) or b""))
            answer = asking.ask(connection, {"secret": invitation.secret, "certificate": own})
        folder.listen_at(parse(str(answer["listens"])))
    except (token.TokenError, asking.AskingError, identity.CertificateError, AddressError, KeyError) as error:
        raise CommandError(str(error), NEW_INVITATION) from error
    folder.next_identity.replace(folder.identity)
    folder.know(Peer(SITE, invitation.site, (site,)))
    identity.write(folder.membership, json.dumps(answer).encode())


def _steps(instance: Instance, needs: list[packages.Need]) -> list[Step]:
    return [
        *image_steps(needs),
        Step("Engine for sandboxes", partial(_engine, instance), "See ./slipway doctor for what it needs."),
        Step("Processes", partial(_processes, instance), f"Read the logs in {instance.logs}."),
    ]


def _engine(instance: Instance, log: StepLog) -> str:
    """Start the engine without images for machines: those are the site's, and it brings them."""
    found = engine.container_of(instance)
    container.start(found, images.current_tags()["engine"], [], log.write)
    return f"Docker {container.status(found).version} for sandboxes"


def _processes(instance: Instance, log: StepLog) -> str:
    membership = json.loads(Folder.of(instance.home).membership.read_text(encoding="utf-8"))
    environment = settings(instance, membership)
    started = programs.supervision(instance).apply(programs.programs_of_host(environment), log)
    return f"{', '.join(started)} started" if started else "unchanged"


def settings(
    instance: Instance, membership: Mapping[str, Any], given: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the environment of gate and worker: what the site told, what was given here, and the ways to the site."""
    site, database, redis = site_folder(instance.home), membership["database"], membership["redis"]
    own = {name: value for name, value in given.items() if name.startswith("SLIPWAY_")}
    person = f"{quote(database['USER'], safe='')}:{quote(database['PASSWORD'], safe='')}"
    login = f"{quote(redis['user'], safe='')}:{quote(redis['password'], safe='')}@" if redis["password"] else ""
    folder = quote(str(postgres_socket(site).parent), safe="")
    return {
        **{str(name): str(value) for name, value in membership["settings"].items() if name.startswith("SLIPWAY_")},
        **{name: value for name, value in own.items() if name not in programs.OF_THE_COMMAND},
        "SLIPWAY_HOME": str(instance.home),
        "SLIPWAY_ENGINE_NAME": str(membership["name"]),
        "SLIPWAY_DATABASE_URL": f"postgresql://{person}@/{quote(database['NAME'], safe='')}?host={folder}",
        "SLIPWAY_REDIS_URL": f"unix://{login}{redis_socket(site)}?db={int(redis['number'])}",
        "DJANGO_SETTINGS_MODULE": "slipway.settings",
        "PYTHONPATH": str(PROJECT / "platform"),
        "PYTHONUNBUFFERED": "1",
    }
