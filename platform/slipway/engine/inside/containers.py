"""List the containers that run in the machine, or start some again.

usage: containers.py list | start ID…     `list` prints their ids, the oldest first. `start` complains of each that
does not start, and goes on with the next.
"""

import json
import socket
import sys

SOCKET = "/run/docker.sock"
SECONDS = 20.0
STARTED = (204, 304)


def ask(method: str, path: str) -> tuple[int, bytes]:
    """Return the status and the body of one answer of the machine's Docker."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SECONDS)
        connection.connect(SOCKET)
        connection.sendall(f"{method} {path} HTTP/1.0\r\nHost: docker\r\nContent-Length: 0\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(None, 2)[1]), body


def running() -> list[str]:
    """Return the ids of the containers that run, the oldest first: later ones may use the networks of earlier ones."""
    found = json.loads(ask("GET", "/containers/json")[1])
    return [container["Id"] for container in sorted(found, key=lambda container: container["Created"])]


def start(ids: list[str]) -> None:
    """Start containers one after the other."""
    for each in ids:
        status, body = ask("POST", f"/containers/{each}/start")
        if status not in STARTED:
            sys.stderr.write(f"{each[:12]}: {body.decode(errors='replace').strip()}\n")


if __name__ == "__main__":
    if sys.argv[1] == "list":
        json.dump(running(), sys.stdout)
    else:
        start(sys.argv[2:])
