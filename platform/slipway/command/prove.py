"""`./slipway prove [PATH] [--json]`: proves each exercise on a fresh machine."""

import argparse

from slipway.command import external
from slipway.command.instance import Instance
from slipway.command.machine import running_engine


def main(arguments: argparse.Namespace) -> int:
    """Start an engine if none runs, prove in a process of its own, and stop the engine again."""
    words: list[str] = arguments.words
    if {"--help", "-h"} & set(words):
        return external.run(external.python("-m", "slipway.command.proving", *words))
    instance = Instance.from_environment()
    instance.prepare()
    with running_engine(instance, again="./slipway prove") as running:
        environment = external.ours(SLIPWAY_HOME=str(running.home), SLIPWAY_ENGINE_SOCKET=str(running.engine_socket))
        return external.run(external.python("-m", "slipway.command.proving", *words), environment)
