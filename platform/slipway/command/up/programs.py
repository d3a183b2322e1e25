"""The processes of an installation: Redis, web, worker, scheduler, and what each is started with."""

import os
import sys
from collections.abc import Mapping

from slipway.command import fingerprint
from slipway.command.address import Address
from slipway.command.instance import PROJECT, Instance
from slipway.command.supervisor.configuration import Program
from slipway.command.supervisor.control import Supervision
from slipway.command.up import packages, policies
from slipway.gate.folder import Folder

# Settings of this command alone: a change of them is no reason to start anything again.
OF_THE_COMMAND = {"SLIPWAY_VENV", "SLIPWAY_PYTHON"}
STARTS = "starts"
# At rest, and while tasks wait for machines that do not answer: such a one must not keep the others waiting.
FEWEST_WORKERS, MOST_WORKERS = 4, 12


def supervision(instance: Instance) -> Supervision:
    """Return what keeps the processes of this installation running."""
    return Supervision(identifier=instance.name, folder=instance.run, logs=instance.logs)


def settings(instance: Instance, address: Address, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of everything that reads slipway.settings: what was given, completed from the address."""
    chosen = {
        name: value for name, value in given.items() if name.startswith("SLIPWAY_") and name not in OF_THE_COMMAND
    }
    return {
        "SLIPWAY_ALLOWED_HOSTS": ",".join(address.names),
        **chosen,
        "SLIPWAY_HOME": str(instance.home),
        "SLIPWAY_URL": address.url,
        "SLIPWAY_PREVIEW_URL": address.preview_url,
        "DJANGO_SETTINGS_MODULE": "slipway.settings",
        "PYTHONPATH": str(PROJECT / "platform"),
        "PYTHONUNBUFFERED": "1",
    }


def programs(instance: Instance, address: Address, given: Mapping[str, str] = os.environ) -> list[Program]:
    """Return what supervisord keeps running. Redis is left out where SLIPWAY_REDIS_URL names another one.

    A gate is there once another host was invited.
    """
    environment = settings(instance, address, given)
    code = fingerprint.of_files([PROJECT / "platform", PROJECT / "requirements.txt", instance.policy])
    static = fingerprint.of_files([instance.home / "static" / "staticfiles.json"])
    python = [sys.executable, "-P", "-m"]
    own = [
        Program("web", [*python, *_uvicorn(address)], environment, code + static, priority=20),
        *([_preview(address, python, environment, code)] if address.preview_url else []),
        *_workers(environment, code),
    ]
    if policies.of_instance(instance).has_egress:
        own.append(Program("egress", [*python, "slipway.command.egress"], environment, code, 40))
    if Folder.of(instance.home).identity.exists():
        own.append(Program("gate", [*python, "slipway.gate", "site"], environment, code, 15))
    if "SLIPWAY_REDIS_URL" in environment or "SLIPWAY_REDIS_URL_FILE" in environment:
        return own
    return [_redis(instance), *own]


def programs_of_host(environment: Mapping[str, str]) -> list[Program]:
    """Return what supervisord keeps running on a host that joined a site: the way there, and the work here."""
    code = fingerprint.of_files([PROJECT / "platform", PROJECT / "requirements.txt"])
    python = [sys.executable, "-P", "-m"]
    return [Program("gate", [*python, "slipway.gate", "host"], environment, code, 10), *_workers(environment, code)]


def _uvicorn(address: Address) -> list[str]:
    # Browsers send at most 64 KiB at once.
    return [*_serving("slipway.asgi:application", address.host, address.port), "--ws-max-size", "131072"]


def _preview(address: Address, python: list[str], environment: Mapping[str, str], code: str) -> Program:
    argv = _serving("slipway.preview.asgi:application", address.host, address.preview_port)
    # Headers are the machine's own. A connection that nobody uses must not keep a place for long.
    argv += ["--no-server-header", "--no-date-header", "--limit-concurrency", "1024", "--ws-max-size", "1048576"]
    return Program("preview", [*python, *argv], environment, code, priority=25)


def _serving(application: str, host: str, port: int) -> list[str]:
    argv = ["uvicorn", application, "--host", host, "--port", str(port)]
    argv += ["--loop", "uvloop", "--http", "httptools", "--ws", "websockets-sansio", "--lifespan", "off"]
    # Compression would cost each keystroke time; a page that is open for hours must not hold up a restart.
    argv += ["--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "2", "--no-access-log"]
    # A connection that is dead without a goodbye is noticed within 40 seconds.
    argv += ["--ws-ping-interval", "20", "--ws-ping-timeout", "20"]
    # Who the client is, is told by a proxy in front only where there is one.
    return [*argv, "--no-proxy-headers"]


def _workers(environment: Mapping[str, str], code: str) -> list[Program]:
    celery = [sys.executable, "-P", "-m", "celery", "--app", "slipway.celery"]
    beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""]
    return [
        # A worker ends its own children after their tasks: a signal to all of them would end the tasks.
        Program(
            "worker", [*celery, *_worker(environment)], environment, code, 30, stop_seconds=30, stops_as_group=False
        ),
        Program("scheduler", beat, environment, code, 40),
    ]


def _worker(environment: Mapping[str, str]) -> list[str]:
    name = environment.get("SLIPWAY_ENGINE_NAME", "local")
    # The engine's own queue comes first: who works goes before who arrives.
    argv = ["worker", "--queues", f"engine.{name},{STARTS}", "--hostname", f"{name}@%h", "--loglevel", "INFO"]
    argv += ["-O", "fair", "--prefetch-multiplier", "1", "--autoscale", f"{MOST_WORKERS},{FEWEST_WORKERS}"]
    # Workers need not know of each other: each engine has one.
    return [*argv, "--without-gossip", "--without-mingle"]


def _redis(instance: Instance) -> Program:
    data = instance.home / "redis"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    argv = [packages.redis_program(instance.run / "bin"), "--port", "0", "--daemonize", "no", "--dir", str(data)]
    argv += ["--unixsocket", str(instance.redis_socket), "--unixsocketperm", "600"]
    # What was queued is still queued after a kill: at most the last second is lost, and reconcile brings that back.
    argv += ["--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction"]
    return Program("redis", argv, priority=10)
