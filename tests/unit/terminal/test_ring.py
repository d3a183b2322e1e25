"""What the holder remembers: the ring of output, and what each client has typed."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.terminal.toolset import ring


@given(st.lists(st.binary(max_size=16), max_size=20), st.integers(1, 5))
def test_the_ring_keeps_the_last_bytes_at_their_offsets(pieces: list[bytes], limit: int) -> None:
    """Read from any offset that is kept, the ring gives what was printed there."""
    kept = ring.Ring(16)
    for piece in pieces:
        kept.append(piece)
    printed = b"".join(pieces)
    assert kept.end == len(printed)
    assert kept.start == max(0, len(printed) - 16)
    read, offset = b"", kept.start
    while offset < kept.end:
        piece = kept.read(offset, limit)
        assert 0 < len(piece) <= limit
        read, offset = read + piece, offset + len(piece)
    assert read == printed[kept.start :]


def test_a_replay_of_everything_starts_at_a_line() -> None:
    """What is left of a line that was cut is not replayed."""
    kept = ring.Ring(16)
    kept.append(b"0123456789")
    assert kept.line_start(16) == 0
    kept.append(b"abc\nhello")
    assert kept.read(kept.line_start(16), 16) + kept.read(16, 16) == b"he" + b"llo"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)), max_size=30))
def test_input_comes_through_once_and_in_order(pieces: list[tuple[int, int]]) -> None:
    """Whatever is sent again, the shell gets each byte once; a gap is refused and changes nothing."""
    text = bytes(range(60))
    typed = ring.Typed(16)
    taken = b""
    for offset, length in pieces:
        new = typed.take(b"page", offset, text[offset : offset + length])
        if offset > len(taken):
            assert new is None
        else:
            taken += new
        assert typed.accepted(b"page") == len(taken)
    assert taken == text[: len(taken)]


def test_only_the_last_clients_are_remembered() -> None:
    """Memory is bounded: the one that was not seen for longest is forgotten."""
    typed = ring.Typed(2)
    for name in (b"a", b"b"):
        typed.take(name, 0, b"xyz")
    assert typed.accepted(b"a") == 3
    typed.take(b"c", 0, b"x")
    assert (typed.accepted(b"a"), typed.accepted(b"c"), typed.accepted(b"b")) == (3, 1, 0)
