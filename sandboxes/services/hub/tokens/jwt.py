"""Sign JSON web tokens by RS256 with the standard library alone. Pure, but for reading the key."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# DigestInfo of SHA-256, RFC 8017 section 9.2.
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")

# From here on, a DER length byte tells how many bytes the length itself has.
LONG_FORM = 0x80


def encode(data: bytes) -> str:
    """Encode as base64url without padding, as RFC 7515 wants it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def der_integers(der: bytes) -> list[int]:
    """Return the integers of a DER sequence of integers: an RSA private key of PKCS #1 is one."""

    def header(at: int) -> tuple[int, int]:
        length, at = der[at + 1], at + 2
        if length < LONG_FORM:
            return length, at
        count = length - LONG_FORM
        return int.from_bytes(der[at : at + count]), at + count

    _, at = header(0)
    found = []
    while at < len(der):
        length, at = header(at)
        found.append(int.from_bytes(der[at : at + length]))
        at += length
    return found


@dataclass(frozen=True)
class Signer:
    """An RSA key with the certificate that vouches for it."""

    modulus: int
    exponent: int
    certificate: str

    @classmethod
    def load(cls, key: Path, certificate: Path) -> "Signer":
        """Read a key in PKCS #1 DER and its certificate in PEM."""
        _, modulus, _, exponent, *_ = der_integers(key.read_bytes())
        body = certificate.read_text().split("-----")[2]
        return cls(modulus, exponent, "".join(body.split()))

    def sign(self, claims: Mapping[str, object]) -> str:
        """Return a token with these claims; its header carries the certificate."""
        header = {"typ": "JWT", "alg": "RS256", "x5c": [self.certificate]}
        text = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
        size = (self.modulus.bit_length() + 7) // 8
        digest = SHA256_PREFIX + hashlib.sha256(text.encode()).digest()
        padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
        signature = pow(int.from_bytes(padded), self.exponent, self.modulus).to_bytes(size)
        return f"{text}.{encode(signature)}"
