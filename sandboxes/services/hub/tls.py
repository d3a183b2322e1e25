"""Serve HTTP by TLS, with the lab's certificate, on a listening socket that is there already."""

import http.server
import socket
import ssl
from pathlib import Path

HUB = Path("/etc/slipway/hub")
HANDSHAKE_SECONDS = 10


class Server(http.server.ThreadingHTTPServer):
    """TLS on every connection, its handshake in that connection's own thread."""

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

    def get_request(self) -> tuple[ssl.SSLSocket, tuple[str, int]]:
        """Accept a connection without waiting for its handshake."""
        connection, address = self.socket.accept()
        connection.settimeout(HANDSHAKE_SECONDS)
        return self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address


def serve(descriptor: int, handler: type[http.server.BaseHTTPRequestHandler]) -> None:
    """Serve until the machine ends."""
    Server.tls.load_cert_chain(HUB / "hub.crt", HUB / "hub.key")
    with socket.socket(fileno=descriptor) as listener:
        server = Server(listener.getsockname(), handler, bind_and_activate=False)
        server.socket.close()
        server.socket = listener
        server.serve_forever()
