"""Runs one command: `python -m slipway.command COMMAND …`. Called by ./slipway, which prepares the environment."""

import importlib
import os
import signal
import sys
from types import FrameType

from slipway.command import output, parser
from slipway.command.errors import CommandError

INTERRUPTED = 130


def main(argv: list[str]) -> int:
    """Return the exit status: 0 done, 1 failed or something is wrong, 2 misunderstood, 130 interrupted."""
    # Ending by a service manager is cleaned up after as Ctrl-C is.
    signal.signal(signal.SIGTERM, _interrupt)
    arguments = parser.build().parse_args(argv)
    try:
        # Only the module of this command: Docker's and Django's libraries take half a second.
        command = importlib.import_module(arguments.module)
        status: int = command.main(arguments)
    except CommandError as error:
        output.report(str(error), error.cure)
        return 1
    except KeyboardInterrupt:
        output.note("\nStopped. The same command goes on where this one was.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough; Python would complain when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
