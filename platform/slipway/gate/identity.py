"""What a gate proves itself by: a key that never leaves its host, and a certificate that the other side knows by heart.

There is no authority that signs: each side keeps the very certificates of the other. So nothing has to be revoked, and
no key exists that could speak for all.
"""

import functools
import hashlib
import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# `./slipway engine rotate` makes the next ones; `engine list` says how long these are good.
VALID = timedelta(days=365)
# A host whose clock goes a little behind.
_EARLIER = timedelta(hours=1)
MAX_CERTIFICATE_BYTES = 4096


class CertificateError(ValueError):
    """What should be a certificate is none."""


def make(path: Path, *, name: str, host: str) -> str:
    """Make a key and its certificate for a gate at a host's name or address; return the certificate as PEM.

    The file holds both and appears whole, readable by its owner alone.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_spelled(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write(path, key.private_bytes(*form) + pem)
    return pem.decode()


def _spelled(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)


def certificate_in(path: Path) -> str:
    """Return the certificate of a file that `make` wrote."""
    return path.read_text(encoding="ascii").partition("-----END PRIVATE KEY-----\n")[2]


def checked(pem: object) -> str:
    """Return a certificate that came from outside, in the one form that we write it. Raise `CertificateError`."""
    if not isinstance(pem, str) or len(pem) > MAX_CERTIFICATE_BYTES:
        raise CertificateError("The other side sent something else than a certificate.")
    try:
        return x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.PEM).decode()
    except ValueError as error:
        raise CertificateError("The other side sent a certificate that cannot be read.") from error


@functools.lru_cache(1024)
def fingerprint(pem: str) -> str:
    """Return the SHA-256 of a certificate, in hexadecimal."""
    return x509.load_pem_x509_certificate(pem.encode()).fingerprint(hashes.SHA256()).hex()


def fingerprint_of_der(der: bytes) -> str:
    """Return the same of one that TLS shows."""
    return hashlib.sha256(der).hexdigest()


def ends_at(pem: str) -> datetime:
    """Return until when a certificate is good."""
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
