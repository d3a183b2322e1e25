"""The codec of the frames, on both sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.terminal import frames
from tests.unit.terminal.toolset import wire

offsets = st.integers(0, frames.MAX_OFFSET)
data = st.binary(min_size=1, max_size=200)
columns = st.integers(1, frames.MAX_COLUMNS)
rows = st.integers(1, frames.MAX_ROWS)
boots = st.binary(min_size=8, max_size=8)

client_frames = st.one_of(
    st.builds(
        frames.Hello,
        st.binary(min_size=16, max_size=16),
        boots,
        offsets,
        st.integers(0, frames.MAX_CONTEXT),
        columns,
        rows,
    ),
    st.builds(frames.Input, offsets, data),
    st.builds(frames.Resize, columns, rows),
    st.builds(frames.Ack, offsets),
)
holder_frames = st.one_of(
    st.builds(
        frames.Welcome,
        boots,
        offsets,
        offsets,
        st.sampled_from([frames.Flags(0), frames.Flags.RESET, frames.Flags.RESET | frames.Flags.BUSY]),
        offsets,
        columns,
        rows,
    ),
    st.builds(frames.Output, offsets, data),
    st.builds(frames.InputAck, offsets),
    st.builds(frames.Resync, offsets),
    st.builds(frames.Exit, st.integers(0, 255)),
)


@given(client_frames)
def test_a_frame_of_the_page_comes_back_as_it_was(frame: frames.ClientFrame) -> None:
    """Decoding undoes encoding."""
    assert frames.decode_client(frame.encode()) == frame


@given(holder_frames)
def test_a_frame_of_the_holder_comes_back_as_it_was(frame: frames.HolderFrame) -> None:
    """Decoding undoes encoding."""
    assert frames.decode_holder(frame.encode()) == frame


@given(st.lists(holder_frames, max_size=5), st.integers(1, 40))
def test_a_stream_may_be_cut_anywhere(sent: list[frames.HolderFrame], step: int) -> None:
    """However the bytes come, the same messages come out."""
    stream = b"".join(frames.with_length(frame.encode()) for frame in sent)
    reader = frames.FrameReader()
    pieces = [stream[at : at + step] for at in range(0, len(stream), step)]
    assert [message for piece in pieces for message in reader.feed(piece)] == [frame.encode() for frame in sent]


@given(st.binary(max_size=80))
def test_nonsense_is_refused_and_never_breaks(message: bytes) -> None:
    """Any bytes give a frame that encodes to the same bytes, or a `FrameError`."""
    for decode in (frames.decode_client, frames.decode_holder):
        try:
            frame = decode(message)
        except frames.FrameError:
            continue
        assert isinstance(frame, frames.Welcome) or frame.encode() == message


@pytest.mark.parametrize("length", [0, frames.MAX_MESSAGE + 1, 2**32 - 1])
def test_a_length_out_of_bounds_is_refused_at_once(length: int) -> None:
    """Nothing is buffered for a message that is too long."""
    with pytest.raises(frames.FrameError, match="bytes"):
        frames.FrameReader().feed(length.to_bytes(4, "big"))
    with pytest.raises(wire.FrameError, match="bytes"):
        wire.Reader().feed(length.to_bytes(4, "big"))


@pytest.mark.parametrize(
    "message",
    [
        frames.Resize(0, 24).encode(),
        frames.Resize(80, frames.MAX_ROWS + 1).encode(),
        frames.Hello(b"c" * 16, frames.NO_BOOT, 0, frames.MAX_CONTEXT + 1, 80, 24).encode(),
        frames.Ack(frames.MAX_OFFSET + 1).encode(),
        frames.Input(0, b"").encode(),
    ],
)
def test_a_page_cannot_ask_for_more_than_there_is(message: bytes) -> None:
    """Sizes, context and offsets have bounds."""
    with pytest.raises(frames.FrameError):
        frames.decode_client(message)


@given(client_frames)
def test_the_holder_reads_what_the_web_process_writes(frame: frames.ClientFrame) -> None:
    """Both sides' codecs agree about the page's frames."""
    ((opcode, payload),) = wire.Reader().feed(frames.with_length(frame.encode()))
    if isinstance(frame, frames.Hello):
        assert (opcode, frames.Hello(*wire.read_hello(payload))) == (wire.HELLO, frame)
    elif isinstance(frame, frames.Input):
        assert (opcode, frames.Input(*wire.read_input(payload))) == (wire.INPUT, frame)
    elif isinstance(frame, frames.Resize):
        assert (opcode, frames.Resize(*wire.read_size(payload))) == (wire.RESIZE, frame)


@given(boots, offsets, offsets, data)
def test_the_web_process_reads_what_the_holder_writes(boot: bytes, offset: int, accepted: int, printed: bytes) -> None:
    """Both sides' codecs agree about the holder's frames."""
    stream = (
        wire.welcome(boot, (offset, offset), wire.BUSY, accepted, (80, 24))
        + wire.output(offset, printed)
        + wire.input_ack(accepted)
        + wire.resync(accepted)
        + wire.ended(130)
    )
    assert [frames.decode_holder(message) for message in frames.FrameReader().feed(stream)] == [
        frames.Welcome(boot, offset, offset, frames.Flags.BUSY, accepted, 80, 24),
        frames.Output(offset, printed),
        frames.InputAck(accepted),
        frames.Resync(accepted),
        frames.Exit(130),
    ]
