"""What gates keep and pass on as words and files: addresses, invitations, certificates, peers."""

import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from slipway.gate import address, identity, token
from slipway.gate.address import AddressError, GateAddress
from slipway.gate.folder import INVITED_SECONDS, Folder, Peer

HERE = GateAddress("10.0.0.2", 7443)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("10.0.0.2", "10.0.0.2", 7443),
        ("10.0.0.2:99", "10.0.0.2", 99),
        ("Second.Example:7443", "second.example", 7443),
        ("[fd00::2]:8000", "fd00::2", 8000),
        ("fd00::2", "fd00::2", 7443),
    ],
)
def test_addresses_as_people_write_them(text: str, host: str, port: int) -> None:
    """A port may be left out, and what was read is written so that it is read again."""
    found = address.parse(text)
    assert (found.host, found.port) == (host, port)
    assert address.parse(str(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":7443",
        "host:0",
        "host:65536",
        "host:x",
        "a b",
        "-x",
        "0.0.0.0",  # noqa: S104  (refused)
        "[::1",
        "user@host",
        "host/x",
        "a..b",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """With a word of what to write. An address that means all of them reaches nobody."""
    with pytest.raises(AddressError, match="write HOST"):
        address.parse(text)


def test_an_invitation_is_one_word() -> None:
    """It is read as it was written, whatever white space a terminal put around it."""
    invitation = token.Invitation(HERE, "ab" * 32, token.new_secret())
    word = token.write(invitation)
    assert " " not in word
    assert token.read(f"  {word}\n") == invitation


@pytest.mark.parametrize(
    "spoil",
    [lambda w: w[:-9], lambda w: w[5:], lambda w: w + "A" * 1000, lambda _: "hello", lambda _: "slipway-join.WzFd"],
)
def test_half_an_invitation_is_refused(spoil: "type[str]") -> None:
    """A command that was copied in part says so."""
    word = token.write(token.Invitation(HERE, "ab" * 32, token.new_secret()))
    with pytest.raises(token.TokenError, match="Copy the command"):
        token.read(spoil(word))


def test_a_certificate_stands_for_itself(tmp_path: Path) -> None:
    """Good for a year, no authority, in a file of its owner alone; two are never the same."""
    path = tmp_path / "gate" / "identity.pem"
    first = identity.make(path, name="slipway", host="10.0.0.2")
    assert identity.certificate_in(path) == first == identity.checked(first)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert abs(identity.ends_at(first) - datetime.now(UTC) - identity.VALID) < timedelta(minutes=1)
    assert identity.fingerprint(first) != identity.fingerprint(identity.make(path, name="slipway", host="10.0.0.2"))


@pytest.mark.parametrize(
    "pem", [None, 7, "", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "x" * 5000]
)
def test_what_is_no_certificate_is_refused(pem: object) -> None:
    """Whatever another host sends."""
    with pytest.raises(identity.CertificateError):
        identity.checked(pem)


def test_an_invitation_is_taken_once_and_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a wrong secret, nor a second use, nor one after an hour makes anybody known; the secret is not kept."""
    folder = Folder(tmp_path)
    secret, certificate = token.new_secret(), identity.make(tmp_path / "x.pem", name="slipway", host="h")
    folder.invite("second", secret=secret, address=HERE)
    assert secret not in (tmp_path / "invitations" / "second.json").read_text(encoding="utf-8")
    assert folder.accept(secret=token.new_secret(), certificate=certificate) is None
    assert folder.peers() == {}
    now = time.time()
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda: now + INVITED_SECONDS + 1)
        assert not folder.is_inviting()
        assert folder.accept(secret=secret, certificate=certificate) is None
    assert folder.accept(secret=secret, certificate=certificate) == Peer("second", HERE, (certificate,))
    assert folder.accept(secret=secret, certificate=certificate) is None
    assert folder.peers() == {"second": Peer("second", HERE, (certificate,))}


def test_a_second_invitation_ends_the_first(tmp_path: Path) -> None:
    """So a command that got lost is worth nothing."""
    folder = Folder(tmp_path)
    first, second = token.new_secret(), token.new_secret()
    for secret in (first, second):
        folder.invite("second", secret=secret, address=HERE)
    assert folder.accept(secret=first, certificate="c") is None
    assert folder.accept(secret=second, certificate="c") is not None


def test_a_gate_sees_that_something_changed(tmp_path: Path) -> None:
    """When a peer comes, changes or goes; and not when nothing does."""
    folder = Folder(tmp_path)
    seen = [folder.version()]
    folder.know(Peer("second", HERE, ("one",)))
    seen.append(folder.version())
    assert folder.version() == seen[-1]
    folder.know(Peer("second", HERE, ("two",)))
    seen.append(folder.version())
    folder.forget("second")
    folder.forget("second")
    seen.append(folder.version())
    assert len(set(seen[:3])) == 3
    assert seen[3] == seen[0]
