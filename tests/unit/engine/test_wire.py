"""The stream of a command's output is taken apart however it was cut."""

from hypothesis import given
from hypothesis import strategies as st

from slipway.engine.wire import Demultiplexer, Output, start_request


def frame(stream: int, payload: bytes) -> bytes:
    """Pack a frame as the engine does."""
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4) + payload


FRAMES = st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=40)), max_size=10)


@given(frames=FRAMES, cut=st.integers(1, 50))
def test_frames_survive_any_cut(frames: list[tuple[int, bytes]], cut: int) -> None:
    """Output and complaints come out whole, wherever reads ended."""
    data = b"".join(frame(stream, payload) for stream, payload in frames)
    output = Output(max_bytes=10**6)
    demultiplexer = Demultiplexer(output)
    for at in range(0, len(data), cut):
        demultiplexer.feed(data[at : at + cut])
    for stream in (1, 2):
        assert output.streams[stream] == b"".join(payload for number, payload in frames if number == stream)
    assert not output.truncated


def test_output_is_bounded_over_both_streams() -> None:
    """What does not fit is dropped, and that is said."""
    output = Output(max_bytes=5)
    Demultiplexer(output).feed(frame(1, b"abc") + frame(2, b"defg"))
    assert (bytes(output.streams[1]), bytes(output.streams[2]), output.truncated) == (b"abc", b"de", True)


def test_request_says_its_length() -> None:
    """The request has the body's length and asks for the stream."""
    head, _, body = start_request("e1", "1.45").partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert head.startswith(b"POST /v1.45/exec/e1/start HTTP/1.1\r\n")
