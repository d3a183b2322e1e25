"""Answer for get.docker.com and download.docker.com with the files below /srv/downloads.

usage: downloads DESCRIPTOR     of a listening socket
"""

import http.server
import sys
from pathlib import Path

sys.path.insert(1, "/opt/slipway/hub")

from tls import serve

ROOT = Path("/srv/downloads")
HOSTS = {folder.name for folder in ROOT.iterdir()}
SCRIPT_HOST, SCRIPT_PATH = "get.docker.com", "/get-docker.sh"


class Downloads(http.server.SimpleHTTPRequestHandler):
    """One folder for each host. Connections stay open: apt asks for one file after the other."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file; the script's plain address sends its visitors on, once."""
        host = str(self.headers["Host"])
        if host not in HOSTS:
            self.send_error(404)
        elif (host, self.path) == (SCRIPT_HOST, "/"):
            self.send_response(302)
            self.send_header("Location", f"https://{SCRIPT_HOST}{SCRIPT_PATH}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.directory = str(ROOT / host)
            super().do_GET()

    def list_directory(self, path: object) -> None:
        """Show no folders."""
        del path
        self.send_error(404)


serve(int(sys.argv[1]), Downloads)
