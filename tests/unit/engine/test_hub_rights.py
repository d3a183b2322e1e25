"""The stand-in Hub's rules and tokens."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from tests.unit.engine.sources import load

rights = load("services/hub/tokens/rights.py")
jwt = load("services/hub/tokens/jwt.py")
storage = load("services/hub/storage.py")


@pytest.mark.parametrize(
    ("scope", "user", "actions"),
    [
        ("repository:library/ubuntu:pull", None, ["pull"]),
        ("repository:library/nothing:pull", None, []),
        ("repository:library/ubuntu:pull,push", "asha", ["pull"]),
        ("repository:asha/new:pull,push", "asha", ["pull", "push"]),
        ("repository:ashas/new:push", "asha", []),
        ("repository:../asha/new:push", "asha", []),
        ("registry:catalog:*", "asha", []),
        ("nonsense", "asha", []),
    ],
)
def test_rights(tmp_path: Path, scope: str, user: str | None, actions: list[str]) -> None:
    """All pull what exists; push goes below one's own name only."""
    (tmp_path / "library/ubuntu").mkdir(parents=True)
    granted = rights.granted([scope], user, tmp_path)
    assert [entry["actions"] for entry in granted] == ([actions] if actions else [])


def test_accounts_are_lines() -> None:
    """A password may hold a colon; lines without one are ignored."""
    assert rights.accounts("asha:a:b\n\n# none\nravi:c\n") == {"asha": "a:b", "ravi": "c"}


# Mersenne primes: a key without a key file.
P, Q, E = 2**521 - 1, 2**607 - 1, 65537
N, D = P * Q, pow(E, -1, (P - 1) * (Q - 1))


def der(tag: int, content: bytes) -> bytes:
    """Encode one element in the long form."""
    return bytes([tag, 0x82]) + len(content).to_bytes(2) + content


def test_token_is_signed_by_the_key(tmp_path: Path) -> None:
    """The signature, raised to the public exponent, is the padded digest of what is signed (RFC 8017)."""
    numbers = b"".join(der(2, number.to_bytes(number.bit_length() // 8 + 1)) for number in (0, N, E, D, P, Q))
    (tmp_path / "key").write_bytes(der(0x30, numbers))
    (tmp_path / "certificate").write_text("-----BEGIN CERTIFICATE-----\nQUJD\nREVG\n-----END CERTIFICATE-----\n")
    token = jwt.Signer.load(tmp_path / "key", tmp_path / "certificate").sign({"sub": "asha"})
    header, claims, signature = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
    assert json.loads(header)["x5c"] == ["QUJDREVG"]
    assert json.loads(claims) == {"sub": "asha"}
    opened = pow(int.from_bytes(signature), E, N).to_bytes((N.bit_length() + 7) // 8)
    assert opened.startswith(b"\x00\x01\xff")
    assert opened.endswith(hashlib.sha256(token.rpartition(".")[0].encode()).digest())


def test_image_lies_in_storage_by_its_digests(tmp_path: Path) -> None:
    """Manifest, configuration and layers are there under what they hash to, and the tag points to the manifest."""
    store = storage.Storage(tmp_path)
    digest = store.write_image("library/fruit", "latest", {"os": "linux"}, [b"one", b"two"])
    base = tmp_path / "docker/registry/v2"
    assert (base / "repositories/library/fruit/_manifests/tags/latest/current/link").read_text() == digest

    def blob(name: str) -> bytes:
        value = name.removeprefix("sha256:")
        data = (base / "blobs/sha256" / value[:2] / value / "data").read_bytes()
        assert hashlib.sha256(data).hexdigest() == value
        return data

    manifest = json.loads(blob(digest))
    assert len(manifest["layers"]) == 2
    assert all(len(blob(layer["digest"])) == layer["size"] for layer in manifest["layers"])
    assert len(json.loads(blob(manifest["config"]["digest"]))["rootfs"]["diff_ids"]) == 2


def test_an_image_can_stand_on_layers_that_are_stored(tmp_path: Path) -> None:
    """Its manifest names them by their descriptors, and its configuration is stored as it is."""
    store = storage.Storage(tmp_path)
    base = store.described("asha/desk", storage.LAYER, b"packed")
    digest = store.write_manifest("asha/desk", "2", b"{}", [base])
    blobs = tmp_path / "docker/registry/v2/blobs/sha256"
    manifest = json.loads((blobs / digest[7:9] / digest[7:] / "data").read_bytes())
    assert manifest["layers"] == [base]
    assert manifest["config"]["digest"] == f"sha256:{hashlib.sha256(b'{}').hexdigest()}"
