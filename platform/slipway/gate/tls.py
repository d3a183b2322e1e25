"""How gates speak: TLS 1.3, each side known by its very certificate, one service for each connection (ALPN)."""

import contextlib
import ssl
from collections.abc import Iterable, Sequence
from pathlib import Path

from slipway.gate import identity

# RFC 7301. A gate offers those that it has; what is not offered cannot be reached.
ENGINE, REDIS, DATABASE, JOIN, RENEW = (
    f"slipway-{service}/1" for service in ("engine", "redis", "database", "join", "renew")
)
HANDSHAKE_SECONDS = 10.0


def serving(own: Path, *, known: Iterable[str], services: Sequence[str], lets_strangers_join: bool) -> ssl.SSLContext:
    """Return how a gate listens. A stranger gets through the handshake only while somebody may join, and to that alone.

    `known` are the certificates of all who may come.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _strictly(context, own, known)
    context.verify_mode = ssl.CERT_OPTIONAL if lets_strangers_join else ssl.CERT_REQUIRED
    # A ticket would let somebody in whose certificate was replaced meanwhile.
    context.num_tickets = 0
    context.set_alpn_protocols([*services, *([JOIN] if lets_strangers_join else [])])
    return context


def calling(own: Path, *, known: Iterable[str], service: str) -> ssl.SSLContext:
    """Return how a gate calls another one, of which it knows the certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The certificate itself is known, which says more than the name that stands in it.
    context.check_hostname = False
    _strictly(context, own, known)
    context.set_alpn_protocols([service])
    return context


def calling_a_stranger() -> ssl.SSLContext:
    """Return how to call a gate of which the fingerprint alone is known: whoever calls compares it before all else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols([JOIN])
    return context


def _strictly(context: ssl.SSLContext, own: Path, known: Iterable[str]) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(own)
    # A certificate stands for itself, not for one that it might have signed.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if pems := "".join(known):
        context.load_verify_locations(cadata=pems)


def shown(connection: ssl.SSLObject | ssl.SSLSocket | None) -> tuple[str, str]:
    """Return the fingerprint of the certificate that the other side showed (empty: none) and the service agreed on."""
    if connection is None:
        return "", ""
    der = None
    with contextlib.suppress(ValueError):  # the handshake has not ended
        der = connection.getpeercert(binary_form=True)
    return identity.fingerprint_of_der(der) if der else "", connection.selected_alpn_protocol() or ""
