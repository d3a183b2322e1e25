"""Serve the stand-in Hub's tokens as auth.docker.io does, on a listening socket whose descriptor is given."""

import base64
import binascii
import hmac
import http.server
import json
import secrets
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

sys.path.insert(1, "/opt/slipway/hub")

from jwt import Signer
from rights import accounts, granted
from tls import serve

HUB = Path("/etc/slipway/hub")
REPOSITORIES = Path("/var/lib/registry/docker/registry/v2/repositories")
LIFETIME_SECONDS = 300
SIGNER = Signer.load(HUB / "hub.key.der", HUB / "hub.crt")


class WrongPasswordError(Exception):
    """Credentials were given and do not fit."""


def signed_in(authorization: str | None) -> str | None:
    """Return the name behind Basic credentials, or None if there are none. The accounts are read anew each time."""
    if not authorization:
        return None
    kind, _, encoded = authorization.partition(" ")
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise WrongPasswordError from error
    known = accounts((HUB / "accounts").read_text()).get(name)
    if kind != "Basic" or known is None or not hmac.compare_digest(known.encode(), password.encode()):
        raise WrongPasswordError
    return name


def answer(query: dict[str, list[str]], user: str | None) -> dict[str, object]:
    """Return the body of a token request, see distribution's token specification."""
    scopes = [scope for value in query.get("scope", []) for scope in value.split()]
    now = int(time.time())
    token = SIGNER.sign(
        {
            "iss": "auth.docker.io",
            "sub": user or "",
            "aud": query.get("service", ["registry.docker.io"])[0],
            "iat": now,
            "nbf": now - 10,
            "exp": now + LIFETIME_SECONDS,
            "jti": secrets.token_hex(8),
            "access": granted(scopes, user, REPOSITORIES),
        }
    )
    issued_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    return {"token": token, "access_token": token, "expires_in": LIFETIME_SECONDS, "issued_at": issued_at}


class Tokens(http.server.BaseHTTPRequestHandler):
    """GET /token. A POST is refused, whereupon clients use GET."""

    def do_GET(self) -> None:
        """Answer a request for a token."""
        url = urlsplit(self.path)
        if url.path != "/token":
            self.reply(404, {"details": "not found"})
            return
        try:
            user = signed_in(self.headers["Authorization"])
        except WrongPasswordError:
            self.reply(401, {"details": "incorrect username or password"})
            return
        self.reply(200, answer(parse_qs(url.query), user))

    def do_POST(self) -> None:
        """Refuse the OAuth variant."""
        self.reply(405, {"details": "use GET"})

    def reply(self, status: int, body: dict[str, object]) -> None:
        """Send JSON and close."""
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


serve(int(sys.argv[1]), Tokens)
