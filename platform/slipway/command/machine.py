"""An engine for the length of one command: the installation's own where it is up, else one that is stopped again."""

from collections.abc import Iterator
from contextlib import contextmanager

from slipway.command import dockerhost
from slipway.command.instance import Instance
from slipway.command.output import err, note
from slipway.command.steps import run_steps
from slipway.command.up import engine, hostdocker, packages
from slipway.command.up.run import host_steps
from slipway.engine import container


@contextmanager
def running_engine(instance: Instance, *, again: str) -> Iterator[Instance]:
    """Yield the installation whose engine answers; `again` is the command that goes on after a failure."""
    docker = dockerhost.find()
    if docker and container.status(engine.container_of(instance)).version:
        yield instance
        return
    own = instance.inside("proof")
    own.prepare()
    try:
        needs = packages.wanted(docker_answers=docker is not None)
        run_steps(host_steps(own, needs), logs=instance.logs / "proof", console=err, again=again)
        yield own
    finally:
        _stop(own, was_running=docker is not None)


def _stop(own: Instance, *, was_running: bool) -> None:
    if dockerhost.find() is None:
        return
    engine.stop_engine(own)
    if not was_running and (said := hostdocker.stop_own()):
        note(said)
