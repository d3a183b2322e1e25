"""`./slipway requirements`: compiles what is wanted into what is installed, with versions and hashes."""

import argparse

from slipway.command import external

FLAGS = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--quiet",
]


def main(_arguments: argparse.Namespace) -> int:
    """Compile requirements.in, then requirements-dev.in, which is held to the versions of the first."""
    for name in ("requirements", "requirements-dev"):
        argv = [external.tool("uv"), "pip", "compile", *FLAGS, f"{name}.in", "--output-file", f"{name}.txt"]
        if status := external.run(argv, at_project=True):
            return status
    return 0
