"""The word that invites a host: where the site listens, which certificate it has, and a secret for one use. Pure."""

import base64
import binascii
import json
import re
import secrets
from dataclasses import dataclass

from slipway.gate import address
from slipway.gate.address import AddressError, GateAddress

MAX_CHARACTERS = 1000
_PREFIX = "slipway-join."
_HEX = re.compile(r"[0-9a-f]{64}")


class TokenError(ValueError):
    """What was given is no invitation; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the invited host needs to know. `fingerprint` is of the site's certificate."""

    site: GateAddress
    fingerprint: str
    secret: str


def new_secret() -> str:
    """Return 256 bits that nobody guesses."""
    return secrets.token_hex(32)


def write(invitation: Invitation) -> str:
    """Return the invitation as one word."""
    content = [str(invitation.site), invitation.fingerprint, invitation.secret]
    return _PREFIX + base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def read(word: str) -> Invitation:
    """Return the invitation that a word holds. Raise `TokenError`."""
    refusal = TokenError("This is no whole invitation. Copy the command that ./slipway engine add printed, all of it.")
    body = word.strip().removeprefix(_PREFIX)
    if len(word) > MAX_CHARACTERS or not word.strip().startswith(_PREFIX):
        raise refusal
    try:
        site, fingerprint, secret = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if not (_HEX.fullmatch(fingerprint) and _HEX.fullmatch(secret)):
            raise refusal
        return Invitation(address.parse(site), fingerprint, secret)
    except (binascii.Error, ValueError, TypeError, AddressError) as error:
        raise refusal from error
