"""Wait until the machine is up: its inner Docker answers, or it says that it has none to be waited for.

Exit 1 if neither comes within the given seconds.
"""

import os
import socket
import sys
import time

SOCKET = "/run/docker.sock"
# /run is empty at each start of a machine, so what is there is of this one.
READY = "/run/slipway-ready"
PAUSE_SECONDS = 0.01


def answers() -> bool:
    """Ask for a ping."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(SOCKET)
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def main(seconds: float) -> int:
    """Ask again and again."""
    deadline = time.monotonic() + seconds
    while not (answers() or os.access(READY, os.F_OK)):
        if time.monotonic() > deadline:
            return 1
        time.sleep(PAUSE_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
