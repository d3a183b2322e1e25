"""`./slipway engine rotate`: new keys for the site and for every host, while everything goes on.

First each host is told the site's next certificate and answers with its own next one; both sides take either meanwhile.
Then the site takes its new key, and tells each host with it that the old ones have ended. Whatever breaks off, the same
command goes on.
"""

import time

from slipway.command.errors import CommandError
from slipway.command.instance import Instance
from slipway.command.output import note, say
from slipway.gate import asking, identity, tls
from slipway.gate.folder import Folder, Peer
from slipway.gate.server import LOOK_SECONDS

# A gate looks at what it was told every `LOOK_SECONDS`, later on a busy host.
FOLLOWS_SECONDS = 15.0


def main(instance: Instance) -> int:
    """Replace all of them, or none where a host does not answer."""
    folder = Folder.of(instance.home)
    peers = folder.peers()
    if not peers:
        raise CommandError("there is no other host, so there are no certificates.", "./slipway engine add makes them.")
    where = folder.address()
    if not folder.next_identity.exists():
        identity.make(folder.next_identity, name="slipway", host=where.host if where else "localhost")
    upcoming = identity.certificate_in(folder.next_identity)
    for peer in peers.values():
        answer = _ask(folder, peer, {"next": upcoming})
        folder.know(Peer(peer.name, peer.address, (peer.certificates[0], _certificate(answer.get("next")))))
        note(f"{peer.name} is prepared")
    folder.next_identity.replace(folder.identity)
    for peer in folder.peers().values():
        answer = _ask(folder, peer, {}, patience=FOLLOWS_SECONDS)
        folder.know(Peer(peer.name, peer.address, (_certificate(answer.get("certificate")),)))
        note(f"{peer.name} has its new certificate")
    until = identity.ends_at(folder.certificate)
    say(f"All certificates are new, and good until {until:%Y-%m-%d}. The old ones have ended.")
    return 0


def _ask(folder: Folder, peer: Peer, question: dict[str, object], *, patience: float = 0) -> dict[str, object]:
    """Ask a gate, again for `patience` seconds while it does not answer. Raise `CommandError`."""
    until = time.monotonic() + patience
    while True:
        try:
            context = tls.calling(folder.identity, known=peer.certificates, service=tls.RENEW)
            with asking.connect(peer.address, context) as connection:
                return asking.ask(connection, question)
        except asking.AskingError as error:
            if time.monotonic() >= until:
                raise CommandError(
                    f"{peer.name}: {error}",
                    "bring it back, or ./slipway engine remove it; then type the same command again, which goes on.",
                ) from error
            time.sleep(LOOK_SECONDS)


def _certificate(pem: object) -> str:
    try:
        return identity.checked(pem)
    except identity.CertificateError as error:
        raise CommandError(str(error), "are both hosts on the same version of Slipway?") from error
