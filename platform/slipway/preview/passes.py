"""Who may see a preview. Signed words, since application and previews share nothing but the secret key.

The application gives its learner a *ticket*: a word in an address, good for a minute on one host. The preview's host
makes a *pass* of it, a cookie of its own. A visitor's pass names the share that it came by, and ends with it.
"""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from slipway.preview.names import Domain, Place

TICKET_SECONDS = 60
PASS_SECONDS = 12 * 60 * 60
_TICKET, _PASS = "slipway.preview.ticket", "slipway.preview.pass"


@dataclass(frozen=True, slots=True)
class Pass:
    """The right to see one place: as its learner, or by a share. `language` is that of Slipway's own pages there."""

    place: Place
    person: int | None = None
    share: UUID | None = None
    language: str = "en"

    def signed(self) -> str:
        """Return the cookie's value."""
        return signing.dumps(self._words(), salt=_PASS)

    def ticket(self) -> str:
        """Return the word that an address carries."""
        return signing.dumps(self._words(), salt=_TICKET)

    def _words(self) -> list[object]:
        share = None if self.share is None else self.share.hex
        return [self.place.sandbox_id.hex, self.place.port, self.person, share, self.language]


def of_ticket(word: str, place: Place) -> Pass | None:
    """Return the pass that a ticket stands for, if it is ours, fresh and for this place."""
    return _read(word, place, _TICKET, TICKET_SECONDS)


def of_cookies(values: list[str], place: Place) -> Pass | None:
    """Return the first pass among cookies of our name: a page may have set others of it beside ours."""
    found = (_read(value, place, _PASS, PASS_SECONDS) for value in values)
    return next((each for each in found if each is not None), None)


def _read(word: str, place: Place, salt: str, seconds: int) -> Pass | None:
    try:
        sandbox, port, person, share, language = signing.loads(word, salt=salt, max_age=seconds)
    except (signing.BadSignature, ValueError):
        return None
    found = Pass(Place(UUID(sandbox), port), person, None if share is None else UUID(share), language)
    return found if found.place == place else None


def cookie_name(domain: Domain) -> str:
    """Return the name of the pass's cookie. Browsers let no other host set one that begins with `__Host-`."""
    return "__Host-slipway-preview" if domain.is_trustworthy else "slipway-preview"


def cookie(domain: Domain, value: str, seconds: int) -> str:
    """Return the Set-Cookie that keeps a pass. In a pane of another site it must be a partitioned one."""
    scope = "Secure; SameSite=None; Partitioned" if domain.is_trustworthy else "SameSite=Lax"
    return f"{cookie_name(domain)}={value}; Path=/; Max-Age={seconds}; HttpOnly; {scope}"
