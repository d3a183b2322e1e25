"""A program in the foreground ends as we are told to end."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from slipway.command import external

WAITS_FOR_ITS_END = """
import pathlib, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
pathlib.Path(sys.argv[1]).touch()
signal.pause()
"""


def end_ourselves_once(sign: Path) -> None:
    """Send SIGTERM to this process as soon as the program says that it is there."""
    for _ in range(500):
        if sign.exists():
            break
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)


def test_sigterm_is_passed_on_and_the_end_is_awaited(tmp_path: Path) -> None:
    """Who ends `./slipway prove` by its id leaves no prover behind."""
    sign = tmp_path / "there"
    before = signal.getsignal(signal.SIGTERM)
    killer = threading.Thread(target=end_ourselves_once, args=[sign])
    killer.start()
    assert external.run([sys.executable, "-c", WAITS_FOR_ITS_END, str(sign)]) == 7
    killer.join()
    assert signal.getsignal(signal.SIGTERM) == before
