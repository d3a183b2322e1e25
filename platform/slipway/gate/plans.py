"""What the two kinds of gates are for: the site's, and that of a host which joined it."""

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from slipway import databases, env
from slipway.gate import asking, identity, places, tls
from slipway.gate.address import GateAddress
from slipway.gate.carry import Streams
from slipway.gate.folder import SITE, Folder, Peer
from slipway.gate.places import engine_socket, postgres_socket, redis_socket, site_folder
from slipway.gate.server import Answer, Door, Local, Plan

ANSWER_SECONDS = 10.0
REDIS_PORT = 6379
# What a host that joins is not told: where things lie at the site, and what only the site's pages need.
_OF_THE_SITE = ("HOME", "ALLOWED_HOSTS", "BEHIND_PROXY", "SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ENGINE_NAME",
                "ENGINE_SOCKET", "LESSONS", "VENV", "PYTHON", "FINGERPRINT", "SUPERVISORD")  # fmt: skip


def of_site(home: Path, folder: Folder) -> Plan:
    """Return the plan of the site's gate: hosts reach queue and database here, and the site their engines."""

    def doors(peers: Mapping[str, Peer]) -> list[Door]:
        return [Door(engine_socket(home, name), name, tls.ENGINE) for name in peers]

    offered = {tls.REDIS: _redis(home), tls.DATABASE: _database()}
    return Plan(offered, {tls.JOIN: _answering(lambda question, _: _join(folder, question))}, doors)


def of_host(home: Path, folder: Folder) -> Plan:
    """Return the plan of the gate of a host that joined: the site reaches its engine, and it the site's services."""
    site = site_folder(home)

    def doors(peers: Mapping[str, Peer]) -> list[Door]:
        ways = [Door(redis_socket(site), SITE, tls.REDIS), Door(postgres_socket(site), SITE, tls.DATABASE)]
        return ways if SITE in peers else []

    offered = {tls.ENGINE: Local(home / "run" / "engine" / "engine.sock")}
    return Plan(offered, {tls.RENEW: _answering(lambda question, peer: _renew(folder, question, peer))}, doors)


def _redis(home: Path) -> Local:
    url = urlsplit(env.text("SLIPWAY_REDIS_URL", f"unix://{home / 'run' / 'redis.sock'}"))
    if url.scheme == "unix":
        return Local(Path(unquote(url.path)))
    return Local(tcp=GateAddress(url.hostname or "localhost", url.port or REDIS_PORT))


def _database() -> Local:
    found = databases.parse(env.text("SLIPWAY_DATABASE_URL", "sqlite:///none"))
    if not found["ENGINE"].endswith("postgresql"):
        return Local()
    host, port = str(found["HOST"] or "localhost"), int(found["PORT"] or places.POSTGRES_PORT)
    return Local(postgres_socket(Path(host), port)) if host.startswith("/") else Local(tcp=GateAddress(host, port))


def membership(name: str, listens: GateAddress) -> dict[str, object]:
    """Return what a host is told that joins: its name, its address as it was given, and how to be a worker here."""
    database = databases.parse(env.text("SLIPWAY_DATABASE_URL", "sqlite:///none"))
    redis = urlsplit(env.text("SLIPWAY_REDIS_URL", "unix:///?db=0"))
    number = redis.path.strip("/") if redis.scheme != "unix" else redis.query.removeprefix("db=")
    settings = {
        key: value
        for key, value in os.environ.items()
        if key.startswith("SLIPWAY_") and not key.startswith(tuple(f"SLIPWAY_{name}" for name in _OF_THE_SITE))
    }
    return {
        "name": name,
        "listens": str(listens),
        "database": {key: str(database.get(key, "")) for key in ("NAME", "USER", "PASSWORD")},
        "redis": {"user": redis.username or "", "password": redis.password or "", "number": number or "0"},
        "settings": settings,
    }


def _join(folder: Folder, question: Mapping[str, Any]) -> dict[str, object]:
    peer = folder.accept(secret=str(question.get("secret", "")), certificate=identity.checked(question["certificate"]))
    if peer is None:
        return {
            "error": "This invitation was used already, or is older than an hour. Type ./slipway engine add again at"
            " the site, and take the new one."
        }
    return membership(peer.name, peer.address)


def _renew(folder: Folder, question: Mapping[str, Any], peer: Peer | None) -> dict[str, object]:
    """Prepare for the site's next certificate, or, once the site comes with it, forget the one before.

    Done already counts as done, so that the site may ask again after anything that broke off.
    """
    if peer is None:
        return {"error": "Nobody is known here."}
    if pem := question.get("next"):
        folder.know(Peer(peer.name, peer.address, (peer.certificates[0], identity.checked(pem))))
        if not folder.next_identity.exists():
            where = folder.address()
            identity.make(folder.next_identity, name="slipway", host=where.host if where else "localhost")
        return {"next": identity.certificate_in(folder.next_identity)}
    folder.know(Peer(peer.name, peer.address, peer.certificates[-1:]))
    if folder.next_identity.exists():
        folder.next_identity.replace(folder.identity)
    return {"certificate": folder.certificate}


def _answering(work: Callable[[dict[str, Any], Peer | None], dict[str, object]]) -> Answer:
    async def answer(streams: Streams, peer: Peer | None) -> None:
        reader, writer = streams
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                said: dict[str, object] = work(asking.read(await reader.readuntil(b"\n")), peer)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            return
        except (asking.AskingError, identity.CertificateError, KeyError) as error:
            said = {"error": f"The question cannot be read: {error}"}
        writer.write(json.dumps(said).encode() + b"\n")
        await writer.drain()

    return answer
