"""What a terminal's holder replays is read to its end, bounded, whatever answers."""

import os
import threading

import pytest

from slipway.engine.inside import scrollback
from slipway.terminal import frames

BOOT = b"b" * 8


def _read(*sent: frames.HolderFrame | bytes) -> bytes:
    """Let these be sent, and return what is kept of them."""
    printed, sink = os.pipe()
    data = b"".join(frame if isinstance(frame, bytes) else frames.with_length(frame.encode()) for frame in sent)
    writer = threading.Thread(target=lambda: _write(sink, data), daemon=True)
    writer.start()
    try:
        return scrollback.replay(printed)
    finally:
        os.close(printed)
        writer.join(5)
        os.close(sink)


def _write(sink: int, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(sink, data) :]
    except BrokenPipeError:
        return


def _welcome(start: int, end: int) -> frames.Welcome:
    return frames.Welcome(BOOT, start, end, frames.Flags.RESET, 0, 80, 24)


def test_a_short_replay_is_kept_whole() -> None:
    """All frames up to the end that the welcome names; what is printed after it is not waited for."""
    assert _read(_welcome(0, 8), frames.Output(0, b"$ ls\r\n"), frames.Output(6, b"a later")) == b"$ ls\r\na "
    assert _read(_welcome(0, 0)) == b""


def test_a_long_replay_keeps_its_last_lines() -> None:
    """What is kept begins with a line, and has at most its bound."""
    lines = b"".join(b"%06d\r\n" % number for number in range(20_000))
    sent = [frames.Output(at, lines[at : at + 32768]) for at in range(0, len(lines), 32768)]
    kept = _read(_welcome(0, len(lines)), *sent)
    assert len(kept) <= scrollback.KEPT_BYTES
    assert kept.startswith(b"0")
    assert kept.endswith(b"019999\r\n")
    assert len(kept.splitlines()[0]) == len(b"019999")


def test_a_ring_that_has_lost_its_beginning_is_cut_at_a_line() -> None:
    """Half a line, or half an escape sequence, would be garbage."""
    assert _read(_welcome(7, 17), frames.Output(7, b"lf\r\nwhole\r")) == b"whole\r"


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\x00\x00\x00", b"\xff" * 64, frames.with_length(_welcome(0, 9).encode())]
)
def test_what_is_no_holder_is_left(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    """Nonsense and silence end within the time given."""
    monkeypatch.setattr(scrollback, "SECONDS", 0.2)
    with pytest.raises(scrollback.HolderError):
        _read(answer)
