"""Which headers pass between a browser and a machine's server, and how. Pure: no IO.

Requests and responses are made anew from what was parsed, never copied: what two parsers could read in two ways does
not get through (RFC 9112, 11). Names are in lower case, as ASGI and h11 have them.
"""

import re
from collections.abc import Iterable, Sequence

from slipway.preview import passes
from slipway.preview.names import Domain

Header = tuple[bytes, bytes]

# RFC 9110, 7.6.1, and what goes with them. Upgrade is a WebSocket's alone, which is made anew, too.
_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    b"upgrade http2-settings expect".split()
)
_FORWARDED = re.compile(rb"x-forwarded-.*|forwarded|x-real-ip")
_OF_A_WEBSOCKET = re.compile(rb"sec-websocket-.*")
# About more than this one host, or about where else it is found: a learner's program must not speak for Slipway there.
_NOT_FOR_BROWSERS = frozenset(
    b"clear-site-data strict-transport-security alt-svc public-key-pins x-frame-options date server".split()
)
# Words for a proxy before us, which would serve a file or another address of its own in place of the answer.
_FOR_PROXIES = re.compile(rb"x-accel-.*|x-sendfile|x-lighttpd-send-.*")
_ATTRIBUTE = re.compile(r";\s*([^;=]*)(?:=[^;]*)?")
_APART = "; Secure; SameSite=None; Partitioned"


def to_machine(headers: Iterable[Header], *, domain: Domain, scheme: str) -> list[Header]:
    """Return the headers of a request for the machine: without its connection's own, and without our cookie."""
    given = list(headers)
    dropped = _HOP_BY_HOP | _named_by_connection(given)
    kept = [
        (name, value)
        for name, value in given
        if name not in dropped and name != b"cookie" and not _FORWARDED.fullmatch(name)
    ]
    if cookies := [each for each in _cookies(given) if not _is_ours(each, domain)]:
        kept.append((b"cookie", b"; ".join(cookies)))
    host = next((value for name, value in given if name == b"host"), b"")
    # Not whose address it came from: a visitor's is none of a learner's business.
    return [*kept, (b"x-forwarded-proto", scheme.encode()), (b"x-forwarded-host", host)]


def of_websocket(headers: Iterable[Header], *, domain: Domain, scheme: str) -> list[Header]:
    """Return what a WebSocket's request brings besides its own handshake."""
    kept = to_machine(headers, domain=domain, scheme=scheme)
    return [(name, value) for name, value in kept if name != b"host" and not _OF_A_WEBSOCKET.fullmatch(name)]


def to_browser(headers: Iterable[Header], *, domain: Domain, frames_by: Sequence[str]) -> list[Header]:
    """Return the headers of a machine's response for the browser: it may be shown in our page, and in no other one."""
    given = list(headers)
    dropped = _HOP_BY_HOP | _NOT_FOR_BROWSERS | _named_by_connection(given)
    kept: list[Header] = []
    for name, value in given:
        if name in dropped or _FOR_PROXIES.fullmatch(name):
            continue
        if name == b"set-cookie":
            if (cookie := _set_cookie(value, domain)) is not None:
                kept.append((name, cookie))
        elif name == b"content-security-policy":
            if policy := _without_ancestors(value):
                kept.append((name, policy))
        else:
            kept.append((name, value))
    kept.append((b"content-security-policy", b"frame-ancestors " + " ".join(frames_by).encode()))
    return kept


def our_cookies(headers: Iterable[Header], domain: Domain) -> list[str]:
    """Return the values of all cookies of our name."""
    prefix = passes.cookie_name(domain).encode() + b"="
    return [each[len(prefix) :].decode("latin-1") for each in _cookies(headers) if each.startswith(prefix)]


def _named_by_connection(headers: Iterable[Header]) -> frozenset[bytes]:
    values = (value for name, value in headers if name == b"connection")
    return frozenset(word.strip().lower() for value in values for word in value.split(b","))


def _cookies(headers: Iterable[Header]) -> list[bytes]:
    values = (value for name, value in headers if name == b"cookie")
    return [cookie.strip() for value in values for cookie in value.split(b";") if cookie.strip()]


def _is_ours(cookie: bytes, domain: Domain) -> bool:
    return cookie.partition(b"=")[0].strip() == passes.cookie_name(domain).encode()


def _set_cookie(value: bytes, domain: Domain) -> bytes | None:
    """Return a cookie that stays on this host, or None for one that would take our cookie's place.

    In the pane the page is another site's, where a browser keeps no cookie but one that says so.
    """
    text = value.decode("latin-1")
    pair, semicolon, rest = text.partition(";")
    if _is_ours(pair.encode("latin-1").strip(), domain):
        return None
    dropped = {"domain", "samesite", "secure", "partitioned"} if domain.is_trustworthy else {"domain"}
    found = _ATTRIBUTE.finditer(semicolon + rest)
    kept = "".join(each[0] for each in found if each[1].strip().lower() not in dropped)
    return (pair + kept + (_APART if domain.is_trustworthy else "")).encode("latin-1")


def _without_ancestors(policy: bytes) -> bytes:
    directives = (each.strip() for each in policy.split(b";"))
    return b"; ".join(each for each in directives if each and not each.lower().startswith(b"frame-ancestors"))
