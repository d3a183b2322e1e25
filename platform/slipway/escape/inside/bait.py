"""What the victim has: a server that tells a token, a file, and a process that bears a name to look for.

usage: bait.py TOKEN escape-bait
"""

import socket
import sys
from pathlib import Path

PORT = 8642


def main(token: str) -> None:
    """Answer whoever connects, until the machine ends."""
    Path("/root/escape-bait").write_text(token)
    with socket.create_server(("", PORT)) as server:
        while True:
            link, _ = server.accept()
            with link:
                link.sendall(token.encode())


if __name__ == "__main__":
    main(sys.argv[1])
