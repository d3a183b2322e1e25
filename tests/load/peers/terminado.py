"""Terminado: JSON lists over a WebSocket (terminado/websocket.py), served by Tornado as in its README."""

import json

from tests.load.peers.client import PeerTerminal

# Its named terminals, the kind that outlives a connection.
SERVER = """
import sys
import tornado.ioloop, tornado.web
from terminado import NamedTermManager, TermSocket
manager = NamedTermManager(shell_command=[sys.argv[2]])
pages = [(r"/websocket/(\\w+)", TermSocket, {"term_manager": manager})]
tornado.web.Application(pages).listen(int(sys.argv[1]), "127.0.0.1")
tornado.ioloop.IOLoop.current().start()
"""


class TerminadoTerminal(PeerTerminal):
    """A named terminal, which is made by the first who connects to it and stays."""

    path = "/websocket/{number}"
    keeps_shell = True

    def keys(self, data: bytes) -> str:
        """Return the message of these keystrokes."""
        return json.dumps(["stdin", data.decode()])

    def size(self, columns: int, rows: int) -> str:
        """Return the message of a window's size."""
        return json.dumps(["set_size", rows, columns])

    def printed(self, message: str | bytes) -> bytes:
        """Return what was printed; the first message, `setup`, tells nothing."""
        kind, *rest = json.loads(message)
        return rest[0].encode() if kind == "stdout" else b""


def argv(folder: str, port: int, shell: str) -> list[str]:
    """Return the command that serves terminals of this shell."""
    return [f"{folder}/bin/python", "-c", SERVER, str(port), shell]
