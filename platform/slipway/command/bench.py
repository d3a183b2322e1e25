"""`./slipway bench [--json] [--peers] [MEASURE…]`: measures beside the floor, on an installation of its own."""

import argparse

from slipway.command import dockerhost, external, peers
from slipway.command.instance import Instance
from slipway.command.output import err
from slipway.command.steps import Step, run_steps, try_steps
from slipway.command.up import packages


def main(arguments: argparse.Namespace) -> int:
    """Install the browser that measures look through, and hand over to tests/load."""
    if not {"--help", "-h"} & set(arguments.words):
        _prepare(with_peers="--peers" in arguments.words)
    return external.run(external.python("-m", "tests.load", *arguments.words), at_project=True)


def _prepare(*, with_peers: bool) -> None:
    needs = [*packages.wanted(docker_answers=dockerhost.find() is not None), packages.CHROMIUM]
    packages.refuse_other_systems(needs)

    instance = Instance.from_environment()
    instance.prepare()
    step = Step("Programs of this machine", lambda log: packages.install(needs, log), "Let apt-get reach its mirror.")
    run_steps([step], logs=instance.logs / "bench", console=err, again="./slipway bench")
    if with_peers:
        # One that cannot be had is a line of the table, and the others are measured.
        try_steps(peers.steps(instance.home), logs=instance.logs / "bench", console=err)
