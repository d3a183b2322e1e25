"""`./slipway down`: stops everything of this installation and keeps the data."""

import argparse

from slipway.command import dockerhost
from slipway.command.instance import Instance
from slipway.command.lock import only_one
from slipway.command.output import err, say
from slipway.command.steplog import StepLog
from slipway.command.steps import Step, run_steps
from slipway.command.up import engine, hostdocker, programs


def main(_arguments: argparse.Namespace) -> int:
    """Stop the processes, then the engine with its machines, then the Docker Engine if `up` had started it."""
    instance = Instance.from_environment()
    instance.prepare()
    with only_one(instance.run / "up.lock"):
        run_steps(steps(instance), logs=instance.logs / "down", console=err, again="./slipway down")
    say(f"Stopped. The data stay in {instance.home}; ./slipway up goes on with them.")
    return 0


def steps(instance: Instance) -> list[Step]:
    """Return the steps; each finds nothing to do when its part is stopped already."""

    def processes(_log: StepLog) -> str:
        programs.supervision(instance).stop()
        return ""

    def sandboxes(_log: StepLog) -> str:
        if dockerhost.find() is not None:
            engine.stop_engine(instance)
        return ""

    def docker(_log: StepLog) -> str:
        return hostdocker.stop_own()

    return [
        Step("Web, worker, scheduler and Redis", processes, f"Read {instance.logs}/supervisord.log."),
        Step(
            "Engine and machines", sandboxes, "See what docker logs says of the container whose name ends in -engine."
        ),
        Step("Docker Engine of this machine", docker, "Read /var/log/slipway-dockerd/dockerd.log."),
    ]
