"""What the observer reads in the storage of the stand-in Hub's registry, whatever has become of that storage."""

import gzip
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from slipway.grading.judging import request_for
from slipway.grading.observer import hub
from slipway.grading.observer.limits import CannotObserveError
from slipway.lessonfile.subjects import Hub
from tests.unit.engine.sources import load

storage = load("services/hub/storage.py")
SECRET = "tk_0123456789abcdef"
CONFIG = {"os": "linux", "config": {"Cmd": ["sh", "/desk/open"]}, "history": [{"created_by": "x", "comment": "shift"}]}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give an empty storage, where the observer looks."""
    found = storage.Storage(tmp_path)
    monkeypatch.setattr(hub, "ROOT", str(found.base))
    return found


def layer(name: str, content: bytes) -> bytes:
    """Pack one file into a tar."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def look(reference: str, search: str = "") -> dict[str, Any]:
    """Return the facts of a reference."""
    return hub.observe(request_for(Hub(reference, search), {}).spec)


def test_an_image_is_told_as_the_engine_tells_it(store: Any) -> None:
    """Digest, ID, layers, comment and settings; all tags of its repository."""
    digest = store.write_image("asha/desk", "latest", CONFIG, [layer("a", b"one"), layer("b", b"two")])
    store.write_image("asha/desk", "2", CONFIG, [layer("c", b"three")])
    found = look("asha/desk")
    assert found["digest"] == digest
    assert found["id"].startswith("sha256:")
    assert found["id"] != digest
    assert (found["tags"], len(found["layers"]), found["comment"]) == (["2", "latest"], 2, "shift")
    assert found["config"]["Cmd"] == ["sh", "/desk/open"]
    assert "found" not in found


def test_what_is_not_there(store: Any) -> None:
    """No repository, no such tag, a tag that was removed."""
    assert look("asha/desk") == {"exists": False, "tags": []}
    store.write_image("asha/desk", "1", CONFIG, [])
    assert look("asha/desk:2") == {"exists": False, "tags": ["1"]}
    (store.base / "repositories/asha/desk/_manifests/tags/1/current/link").unlink()
    assert look("asha/desk:1") == {"exists": False, "tags": []}


def test_a_text_is_found_wherever_it_is(store: Any) -> None:
    """In a lower layer that a later one hides, in a setting, across the parts that are read."""
    far = b"x" * (hub._PART * 4 - 700) + SECRET.encode()
    lower, hidden = layer(".netrc", SECRET.encode()), layer(".wh..netrc", b"")
    store.write_image("asha/desk", "lower", CONFIG, [lower, hidden])
    store.write_image("asha/desk", "far", CONFIG, [layer("far", far)])
    store.write_image("asha/desk", "setting", {**CONFIG, "config": {"Env": [f"T={SECRET}"]}}, [])
    store.write_image("asha/desk", "clean", CONFIG, [layer("words", b"open")])
    assert look("asha/desk:lower", SECRET)["found_in"] == ["layer 1"]
    assert look("asha/desk:far", SECRET)["found_in"] == ["layer 1"]
    assert look("asha/desk:setting", SECRET)["found_in"] == ["configuration"]
    assert look("asha/desk:clean", SECRET)["found"] is False


def test_layers_are_unpacked_however_they_are_packed(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at all, or by gzip in several members, as quick packers write it."""
    plain = layer("a", SECRET.encode())
    for tag, packed in (("plain", plain), ("members", gzip.compress(b"x" * 9) + gzip.compress(plain))):
        monkeypatch.setattr(storage, "compressed", lambda _, packed=packed: packed)
        store.write_image("asha/desk", tag, CONFIG, [plain])
        assert look(f"asha/desk:{tag}", SECRET)["found"] is True


def test_layers_of_official_images_are_not_searched(store: Any) -> None:
    """They are large, and nobody can push one."""
    base = layer("base", SECRET.encode())
    store.write_image("library/ubuntu", "latest", CONFIG, [base])
    store.write_image("asha/desk", "1", CONFIG, [base, layer("a", b"b")])
    assert look("ubuntu")["exists"]
    assert look("asha/desk:1", SECRET)["found"] is False


def test_a_list_for_several_platforms_leads_to_the_one_for_linux(store: Any) -> None:
    """What a builder pushed may be a list; notes about the build stand in it too."""
    digest = store.write_image("asha/desk", "1", CONFIG, [layer("a", b"b")])
    entries = [{"digest": "sha256:" + "0" * 64, "platform": {"os": "unknown"}}, {"digest": digest}]
    listed = store.write_blob(json.dumps({"manifests": entries}).encode())
    store.link("asha/desk", "_manifests/tags/1/current", listed)
    assert (look("asha/desk:1")["digest"], len(look("asha/desk:1")["layers"])) == (listed, 1)


@pytest.mark.parametrize("reference", ["../asha/desk", "asha/../desk", "asha/desk:../x", "Asha/desk", "asha//desk", ""])
def test_a_name_leads_nowhere_else(store: Any, reference: str) -> None:
    """A reference is a name and never a path."""
    with pytest.raises(CannotObserveError, match="no name of an image"):
        look(reference)


def test_a_damaged_storage_is_told(store: Any) -> None:
    """A check never passes because it could not see: a link to nonsense, a FIFO, a broken layer."""
    store.write_image("asha/desk", "1", CONFIG, [layer("a", b"b" * 5000)])
    [blob] = [path for path in store.base.glob("blobs/sha256/*/*/data") if path.read_bytes()[:2] == b"\x1f\x8b"]
    blob.write_bytes(blob.read_bytes()[:20] + b"\xff" * 40)
    with pytest.raises(CannotObserveError, match="damaged"):
        look("asha/desk:1", SECRET)
    blob.unlink()
    os.mkfifo(blob)
    with pytest.raises(CannotObserveError, match="damaged"):
        look("asha/desk:1", SECRET)
    link = store.base / "repositories/asha/desk/_manifests/tags/1/current/link"
    link.write_text("sha256:../../../../etc/passwd")
    with pytest.raises(CannotObserveError, match="damaged"):
        look("asha/desk:1")


def test_a_layer_without_end_is_not_searched_for_ever(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few KiB unpack to whatever size somebody likes."""
    monkeypatch.setattr(hub, "_MAX_SEARCHED_BYTES", 1 << 20)
    store.write_image("asha/desk", "1", CONFIG, [bytes(4 << 20)])
    with pytest.raises(CannotObserveError, match="too large"):
        look("asha/desk:1", SECRET)


def test_a_search_that_takes_too_long_is_told_as_that(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine is another thing than a large image."""
    monkeypatch.setattr(hub, "_SECONDS", 0.0)
    store.write_image("asha/desk", "1", CONFIG, [layer("a", b"b")])
    with pytest.raises(CannotObserveError, match=r"could not be searched within 0 s"):
        look("asha/desk:1", SECRET)


def test_a_layer_that_ends_early_is_told(store: Any) -> None:
    """What was cut off could hold the text."""
    store.write_image("asha/desk", "1", CONFIG, [layer("a", os.urandom(5000))])
    [blob] = [path for path in store.base.glob("blobs/sha256/*/*/data") if path.read_bytes()[:2] == b"\x1f\x8b"]
    blob.write_bytes(blob.read_bytes()[:2000])
    with pytest.raises(CannotObserveError, match="damaged"):
        look("asha/desk:1", SECRET)
