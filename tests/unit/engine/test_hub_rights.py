"""The stand-in Hub's rules and tokens."""

import base64
import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from tests.unit.engine.sources import load

rights = load("docker-machine/hub/tokens/rights.py")
jwt = load("docker-machine/hub/tokens/jwt.py")
storage = load("docker-machine/hub/storage.py")


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


def test_token_is_signed_by_the_key(tmp_path: Path) -> None:
    """OpenSSL's own word on our signature: it is the key's."""
    key, der, certificate = tmp_path / "key.pem", tmp_path / "key.der", tmp_path / "cert.pem"
    new = ["-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *new], check=True, capture_output=True)
    convert = ["-in", str(key), "-traditional", "-outform", "DER", "-out", str(der)]
    subprocess.run(["openssl", "rsa", *convert], check=True, capture_output=True)
    token = jwt.Signer.load(der, certificate).sign({"sub": "asha"})
    signed, _, signature = token.rpartition(".")
    assert json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "==")) == {"sub": "asha"}
    (tmp_path / "signature").write_bytes(base64.urlsafe_b64decode(signature + "=="))
    (tmp_path / "signed").write_text(signed)
    verify = ["-sha256", "-prverify", str(key), "-signature", str(tmp_path / "signature"), str(tmp_path / "signed")]
    assert b"Verified OK" in subprocess.run(["openssl", "dgst", *verify], check=True, capture_output=True).stdout


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
