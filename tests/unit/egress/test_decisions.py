"""What a proxy is asked, and what it decides: names, ports, addresses."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as some

from slipway.egress import addresses, names, request
from slipway.egress.addresses import is_public
from slipway.egress.request import RefusedError

PATTERNS = ("deb.example.org", "*.example.net")


def _asked(line: str, *fields: str) -> request.Request:
    found = request.parse("\r\n".join([line, *fields, "", ""]).encode("latin-1"))
    request.require_allowed(found, PATTERNS)
    return found


@pytest.mark.parametrize(
    "host", ["deb.example.org", "DEB.Example.ORG", "deb.example.org.", "a.example.net", "a.b.example.net"]
)
def test_names_are_compared_as_dns_does(host: str) -> None:
    """Whatever their case and the root's dot; a star stands for one label or more."""
    assert _asked(f"CONNECT {host}:443 HTTP/1.1").is_tunnel


@pytest.mark.parametrize(
    "host",
    [
        "example.org", "xdeb.example.org", "deb.example.org.evil.test", "example.net", "evilexample.net", "localhost",
        "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "a.example.net\\@x", "a.example.net.5",
        "-a.example.net", "a..example.net", "a_b.example.net", "xn--.example.net-", "пример.example.net",
    ],
)  # fmt: skip
def test_no_other_name_passes(host: str) -> None:
    """Neighbours of allowed names, single words, and every form of an address."""
    for line in (f"CONNECT {host}:443 HTTP/1.1", f"GET http://{host}/ HTTP/1.1"):
        with pytest.raises(RefusedError):
            request.require_allowed(request.parse(f"{line}\r\n\r\n".encode()), PATTERNS)


def test_a_request_is_passed_on_as_its_server_wants_it() -> None:
    """The path alone, the host that was allowed whatever the client's header says, one request for each connection."""
    found = _asked(
        "POST http://deb.example.org:80/a?b=c#d HTTP/1.1",
        "Host: 10.0.0.1",
        "Proxy-Authorization: Basic eDp5",
        "Connection: keep-alive",
        "Content-Length: 3",
    )
    assert found.head == (
        b"POST /a?b=c HTTP/1.1\r\nHost: deb.example.org\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "GET / HTTP/1.1", "GET https://deb.example.org/ HTTP/1.1", "GET http://user@deb.example.org/ HTTP/1.1",
        "GET ftp://deb.example.org/ HTTP/1.1", "CONNECT deb.example.org HTTP/1.1",
        "CONNECT deb.example.org:22 HTTP/1.1",
        "GET http://deb.example.org:22/ HTTP/1.1", "GET http://deb.example.org:99999/ HTTP/1.1", "\x16\x03\x01", "",
        "GET http://deb.example.org/\r\nX HTTP/1.1", "GET  http://deb.example.org/ HTTP/1.1", "GET http://[/ HTTP/1.1",
    ],
)  # fmt: skip
def test_what_is_no_such_request_is_refused(line: str) -> None:
    """Other schemes, other ports, credentials in addresses, and what is no HTTP."""
    with pytest.raises(RefusedError):
        _asked(line)


@pytest.mark.parametrize("field", ["X: a\nHost: b", " folded: x", "no colon", "X : y", "X: \0"])
def test_a_header_that_two_sides_could_read_in_two_ways_is_refused(field: str) -> None:
    """Nothing is smuggled past: no bare line feeds, folded lines, spaces before the colon."""
    with pytest.raises(RefusedError):
        _asked("GET http://deb.example.org/ HTTP/1.1", field)


@given(some.binary(max_size=200))
def test_whatever_comes_is_parsed_or_refused(noise: bytes) -> None:
    """No other error, and nothing but a full name and one line's end comes out."""
    for head in (noise, b"GET http://deb.example.org/ HTTP/1.1\r\n" + noise, b"CONNECT " + noise + b" HTTP/1.1"):
        try:
            found = request.parse(head + b"\r\n\r\n")
        except RefusedError:
            continue
        assert names.plain(found.host) == found.host
        assert found.head.count(b"\r\n\r\n") == (0 if found.is_tunnel else 1)


PUBLIC = ["1.1.1.1", "9.9.9.9", "151.101.2.132", "2a04:4e42::644", "2606:4700::1111"]
REFUSED = [
    "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.17.0.1",
    "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255",
    "168.63.129.16", "::", "::1", "::ffff:10.0.0.1", "::ffff:1.1.1.1", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2606:4700::1111%1", "fec0::1", "ff02::1", "2001::1",
    "2001:db8::1",
    "2002:a00:1::1", "3fff::1", "100::1", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_pass(text: str) -> None:
    """Of both versions."""
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", REFUSED)
def test_everything_special_is_refused(text: str) -> None:
    """Private, loopback, link-local, metadata, multicast, and IPv6 that carries an IPv4 address."""
    assert not is_public(ip_address(text))


@given(some.integers(0, 2**32 - 1).map(IPv4Address) | some.integers(0, 2**128 - 1).map(IPv6Address))
def test_nothing_passes_that_python_knows_as_special(address: IPv4Address | IPv6Address) -> None:
    """Our list is never less strict than the library's, which knows other registries."""
    is_special = not address.is_global or address.is_multicast or address.is_reserved or address.is_link_local
    assert not (is_special and is_public(address))


def test_the_hosts_own_addresses_are_told() -> None:
    """Also public ones: a program on them would be the host's."""
    assert addresses.is_own(ip_address("127.0.0.1"))
    assert not addresses.is_own(ip_address("1.1.1.1"))


@pytest.mark.parametrize(
    ("text", "is_right"),
    [("deb.example.org", True), ("*.example.org", True), ("*.org", False), ("*", False), ("a.*.org", False),
     ("10.0.0.1", False), ("Example.org", False), ("example.org:443", False), ("https://example.org", False),
     (7, False)],
)  # fmt: skip
def test_what_an_operator_may_write(text: object, is_right: bool) -> None:  # noqa: FBT001
    """Lower-case names, with a star in front of at least two labels; no addresses, ports or schemes."""
    assert names.is_pattern(text) is is_right
