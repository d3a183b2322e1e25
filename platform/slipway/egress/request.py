"""What a client asks of a proxy: CONNECT HOST:PORT, or METHOD http://HOST[:PORT]/PATH (RFC 9112, 3.2). Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from slipway.egress import names

MOST_HEAD_BYTES = 16 * 1024
PORTS = frozenset({80, 443})
_REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) ([!-~]{1,8192}) HTTP/1\.[01]")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)")
_AUTHORITY = re.compile(r"([^:@/\[\]]{1,255}):([0-9]{1,5})")
# Between client and proxy alone (RFC 9110, 7.6.1). `Host` is written anew, as the address says it.
_DROPPED = frozenset(
    {b"connection", b"proxy-connection", b"proxy-authorization", b"keep-alive", b"te", b"upgrade", b"host"}
)


class RefusedError(Exception):
    """A request is not passed on; the text tells the person why, and the status a program."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """Where a request goes; `head` is what the server is sent first, nothing for a tunnel."""

    host: str
    port: int
    head: bytes = b""

    @property
    def is_tunnel(self) -> bool:
        """Tell whether the client speaks with the server itself."""
        return not self.head


def parse(head: bytes) -> Request:
    """Return what the head of a request asks for, its empty line included. Raise `RefusedError`."""
    line, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    found = _REQUEST_LINE.fullmatch(line)
    if not found:
        raise _bad("This is a proxy for HTTP, and that was no request of HTTP/1.1.")
    fields = [_FIELD.fullmatch(each) for each in lines]
    if not all(fields):
        raise _bad("A header of the request is not written as HTTP says.")
    method, target = found[1], found[2].decode("ascii")
    if method == b"CONNECT":
        authority = _AUTHORITY.fullmatch(target)
        if not authority:
            raise _bad("CONNECT names HOST:PORT.")
        return Request(_host(authority[1]), int(authority[2]))
    kept = [each[0] for each in fields if each and each[1].lower() not in _DROPPED]
    return _forwarded(method, target, kept)


def _forwarded(method: bytes, target: str, fields: list[bytes]) -> Request:
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        raise _bad("The address of the request cannot be read.") from None
    if parts.scheme.lower() != "http" or not parts.hostname or "@" in parts.netloc:
        raise _bad("A proxy is asked for http://HOST/PATH, or by CONNECT for a tunnel.")
    host, port = _host(parts.hostname), 80 if port is None else port
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    name = host if port == 80 else f"{host}:{port}"  # noqa: PLR2004  (the port of http)
    # One request for each connection: a second one might be for somebody else.
    first = [f"{path} HTTP/1.1".encode(), f"Host: {name}".encode(), b"Connection: close"]
    return Request(host, port, method + b" " + b"\r\n".join([*first, *fields]) + b"\r\n\r\n")


def _host(text: str) -> str:
    name = names.plain(text)
    if name is None:
        raise RefusedError(HTTPStatus.FORBIDDEN, "Only full names can be reached from this machine, no addresses.")
    return name


def _bad(text: str) -> RefusedError:
    return RefusedError(HTTPStatus.BAD_REQUEST, text)


def require_allowed(request: Request, patterns: Collection[str]) -> None:
    """Raise `RefusedError` unless a machine may reach this."""
    if not names.is_allowed(request.host, patterns):
        known = ", ".join(sorted(patterns)) or "no names of the Internet"
        raise RefusedError(HTTPStatus.FORBIDDEN, f"{request.host} is not among what this machine may reach: {known}.")
    if request.port not in PORTS:
        raise RefusedError(HTTPStatus.FORBIDDEN, "This machine may reach the ports 80 and 443 alone.")


def refusal(error: RefusedError) -> bytes:
    """Return the answer to a request that is not passed on."""
    text = f"Slipway: {error}\n".encode()
    head = [f"HTTP/1.1 {error.status.value} {error.status.phrase}", "Content-Type: text/plain; charset=utf-8"]
    head += [f"Content-Length: {len(text)}", "Connection: close", "", ""]
    return "\r\n".join(head).encode() + text
