"""What a page may ask: whole paths of any bytes, and bounds on all else."""

from urllib.parse import quote_from_bytes, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.files import asked
from slipway.files.asked import AskedError

KEY = "0" * 32
NAME = st.binary(min_size=1, max_size=20).filter(lambda name: name not in {b".", b".."} and not {0, 47} & set(name))


@given(st.lists(NAME, min_size=1, max_size=5))
def test_names_of_any_bytes_pass_as_they_are(names: list[bytes]) -> None:
    """What leaves is what came."""
    path = b"/" + b"/".join(names)
    wanted = asked.request_of("read", {"path": quote_from_bytes(path)})
    assert unquote_to_bytes(str(wanted["path"])) == path


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_is_refused(text: str) -> None:
    """Nothing else comes out than a whole path without . and .. and NUL."""
    try:
        raw = unquote_to_bytes(asked.path(text))
    except AskedError:
        return
    assert raw.startswith(b"/")
    assert b"\0" not in raw
    assert not {b".", b".."} & set(raw.split(b"/"))


@pytest.mark.parametrize(
    ("act", "fields", "code"),
    [
        ("read", {}, "bad-path"), ("read", {"path": "root"}, "bad-path"), ("read", {"path": "/a%00"}, "bad-path"),
        ("read", {"path": "/a/%2e%2e/b"}, "bad-path"), ("read", {"path": "/a/../b"}, "bad-path"),
        ("read", {"path": "/" + "a" * 5000}, "long"), ("read", {"path": "/%2"}, "bad-path"),
        ("format-disk", {"path": "/"}, "bad-request"), ("save", {"path": "/a", "token": "?"}, "bad-request"),
        ("create", {"path": "/a", "kind": "device"}, "bad-request"),
        ("remove", {"path": "/a", "key": "../../etc"}, "bad-request"),
        ("look", {"paths": "\n".join(["/a"] * 21)}, "bad-request"),
        ("upload", {"path": "/a", "key": KEY, "offset": "0", "total": str(2 * 1024**3)}, "too-much"),
        ("upload", {"path": "/a", "key": KEY, "offset": "-1", "total": "1"}, "bad-request"),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_has_a_word(act: str, fields: dict[str, str], code: str) -> None:
    """A file of 2 GiB is refused by the size that is announced, before a byte of it is sent on."""
    with pytest.raises(AskedError) as caught:
        asked.request_of(act, fields)
    assert caught.value.code == code
