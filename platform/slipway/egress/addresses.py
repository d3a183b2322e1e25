"""Which addresses a machine may be led to: public ones of others, and nothing else. Pure but for `is_own`."""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

# IANA's registries of special-purpose addresses (RFC 6890 and later), and what clouds answer on. Written down, since
# `is_global` differs between versions of Python, and takes multicast for global.
_REFUSED_V4 = [
    IPv4Network("0.0.0.0/8"),
    IPv4Network("10.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),
    IPv4Network("127.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.0.2.0/24"),
    IPv4Network("192.31.196.0/24"),
    IPv4Network("192.52.193.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("192.175.48.0/24"),
    IPv4Network("198.18.0.0/15"),
    IPv4Network("198.51.100.0/24"),
    IPv4Network("203.0.113.0/24"),
    IPv4Network("224.0.0.0/4"),
    IPv4Network("240.0.0.0/4"),
    # The wire server of Azure: metadata on a public address.
    IPv4Network("168.63.129.16/32"),
]
# Of IPv6 only what is handed out for the Internet, less what carries an IPv4 address (Teredo, 6to4) or documents.
# Mapped, NAT64, unique local, link-local and multicast addresses lie outside of it.
_GLOBAL_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = [
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("2620:4f:8000::/48"),
    IPv6Network("3fff::/20"),
]


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the Internet that nothing special is behind."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    if address.scope_id is not None or address not in _GLOBAL_V6:
        return False
    return not any(address in network for network in _REFUSED_V6)


def is_own(address: Address) -> bool:
    """Tell whether an address is this host's: only those can be bound to."""
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


def may_be_reached(address: Address) -> bool:
    """Tell whether machines may be led there."""
    return is_public(address) and not is_own(address)
