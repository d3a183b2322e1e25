"""One page on one terminal, with a stream that the test plays."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from slipway.terminal import frames, session
from slipway.terminal.marks import CONTEXT_BYTES, CommandEnded
from slipway.terminal.session import INPUT_BYTES, WINDOW_BYTES, End, HolderError, Session, Watchers
from slipway.terminal.windows import Windows
from tests.unit.terminal.fake_stream import FakeStream

BOOT = bytes(range(8))
CLIENT = b"c" * 16


class Stage:
    """A session with both its ends."""

    def __init__(self, *, is_owner: bool = True) -> None:
        self.stream = FakeStream()
        self.shown: list[frames.HolderFrame] = []
        self.commands: list[tuple[str, CommandEnded, tuple[datetime, datetime]]] = []
        self.pasts: dict[str, frames.Past] = {}
        self.outputs = 0
        self.raw: list[bytes] = []
        watchers = Watchers(self._record if is_owner else None, self._count, self._past)
        self.session = Session(self.stream, self._show, watchers, Windows())

    async def _show(self, message: bytes) -> None:
        self.raw.append(message)
        if message[0] != frames.Opcode.PAST:
            self.shown.append(frames.decode_holder(message))

    async def _count(self) -> None:
        self.outputs += 1

    async def _past(self, boot: str) -> frames.Past | None:
        return self.pasts.get(boot)

    async def _record(self, boot: str, command: CommandEnded, times: tuple[datetime, datetime]) -> None:
        self.commands.append((boot, command, times))

    @property
    def text(self) -> bytes:
        """Return the output that the page has been sent."""
        return b"".join(frame.data for frame in self.shown if isinstance(frame, frames.Output))


async def settle() -> None:
    """Let everything happen that can."""
    await asyncio.sleep(0.03)


async def play(
    act: Callable[[Stage], Awaitable[None]], *, offset: int = 0, boot: bytes = BOOT, is_owner: bool = True
) -> tuple[Stage, End]:
    """Run a session whose other ends do what `act` does, then end it."""
    stage = Stage(is_owner=is_owner)
    running = asyncio.create_task(stage.session.run(frames.Hello(CLIENT, boot, offset, 0, 80, 24)))

    async def script() -> None:
        await act(stage)
        await stage.stream.end()

    acting = asyncio.create_task(script())
    try:
        async with asyncio.timeout(5):
            end, _ = await asyncio.gather(running, acting)
            return stage, end
    finally:
        acting.cancel()


def welcome(offset: int) -> frames.Welcome:
    """Return a welcome to a replay from this offset."""
    return frames.Welcome(BOOT, offset, offset, frames.Flags(0), 0, 80, 24)


async def test_output_is_passed_on_at_its_offsets() -> None:
    """Small pieces that come together are one message."""

    async def act(stage: Stage) -> None:
        await stage.stream.send(welcome(0), frames.Output(0, b"one "), frames.Output(4, b"two"))
        await settle()
        await stage.stream.send(frames.Output(7, b" three"))

    stage, end = await play(act)
    assert end is End.LOST
    assert stage.shown == [welcome(0), frames.Output(0, b"one two"), frames.Output(7, b" three")]


async def test_context_is_read_for_marks_and_not_shown() -> None:
    """A command whose end a reconnect cut in two is found, and the page gets only what it asked for."""
    mark = f"\x1b]633;E;ls;{BOOT.hex()}\x07\x1b]133;D;2\x07".encode()
    start = 1000 - len(mark) + 5

    async def act(stage: Stage) -> None:
        await stage.stream.send(welcome(start), frames.Output(start, mark[:-2]))
        await stage.stream.send(frames.Output(start + len(mark) - 2, mark[-2:] + b"next"))

    stage, _ = await play(act, offset=1000)
    asked = frames.decode_client(stage.stream.written[4:])
    assert isinstance(asked, frames.Hello)
    assert (asked.offset, asked.context) == (1000, CONTEXT_BYTES)
    assert stage.shown[0] == frames.Welcome(BOOT, 1000, start, frames.Flags(0), 0, 80, 24)
    assert stage.text == mark[-5:] + b"next"
    ((boot, command, _),) = stage.commands
    assert (boot, command) == (BOOT.hex(), CommandEnded(1005, "ls", 2))


async def test_only_the_owners_commands_count() -> None:
    """Someone who looks on leaves no evidence."""
    mark = f"\x1b]633;E;ls;{BOOT.hex()}\x07\x1b]133;D;2\x07".encode()

    async def act(stage: Stage) -> None:
        await stage.stream.send(welcome(0), frames.Output(0, mark))

    stage, _ = await play(act, is_owner=False)
    assert (stage.text, stage.commands) == (mark, [])


async def test_a_command_has_a_duration() -> None:
    """It began when PS0 said so."""

    async def act(stage: Stage) -> None:
        begin = b"\x1b]133;C\x07"
        await stage.stream.send(welcome(0), frames.Output(0, begin))
        await asyncio.sleep(0.05)
        end = f"\x1b]633;E;ls;{BOOT.hex()}\x07\x1b]133;D;0\x07".encode()
        await stage.stream.send(frames.Output(len(begin), end))

    stage, _ = await play(act)
    ((_, _, (began_at, ended_at)),) = stage.commands
    assert 0.04 < (ended_at - began_at).total_seconds() < 1


async def test_a_page_that_does_not_draw_holds_the_stream_up() -> None:
    """At most a window and a batch are on the way; the rest waits where it is."""
    piece = 32 * 1024
    sent = 0

    async def act(stage: Stage) -> None:
        nonlocal sent
        await stage.stream.send(welcome(0))

        async def flood() -> None:
            nonlocal sent
            while sent < 40 * piece:
                await stage.stream.send(frames.Output(sent, b"x" * piece))
                sent += piece

        flooding = asyncio.create_task(flood())
        await settle()
        assert len(stage.text) == WINDOW_BYTES
        assert sent <= WINDOW_BYTES + 2 * piece
        stage.session.take(frames.Ack(WINDOW_BYTES // 2))
        await settle()
        assert len(stage.text) == WINDOW_BYTES + WINDOW_BYTES // 2
        while not flooding.done():
            stage.session.take(frames.Ack(len(stage.text)))
            await asyncio.sleep(0)
        stage.session.take(frames.Ack(len(stage.text)))

    stage, _ = await play(act)
    assert len(stage.text) == 40 * piece


async def test_an_echo_does_not_wait_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output soon after other output is sent together; what answers a key is sent at once."""
    monkeypatch.setattr(session, "BATCH_SECONDS", 60.0)

    async def act(stage: Stage) -> None:
        await stage.stream.send(welcome(0), frames.Output(0, b"$ "))
        await settle()
        await stage.stream.send(frames.Output(2, b"later"))
        await settle()
        assert stage.text == b"$ "
        stage.session.take(frames.Input(0, b"x"))
        await stage.stream.send(frames.Output(7, b"x"))
        await settle()
        assert stage.text == b"$ laterx"

    await play(act)


async def test_typing_goes_on_while_output_waits() -> None:
    """Neither direction waits for the other: a paste that is echoed would stop for good."""

    async def act(stage: Stage) -> None:
        await stage.stream.send(welcome(0))
        for number in range(WINDOW_BYTES // 32768):
            await stage.stream.send(frames.Output(number * 32768, b"x" * 32768))
        stage.session.take(frames.Input(0, b"typed"))
        await settle()
        assert stage.stream.written.endswith(b"typed")
        stage.session.take(frames.Ack(1))

    await play(act)


async def test_the_shells_end_is_told_after_its_last_words() -> None:
    """EXIT comes last."""

    async def act(stage: Stage) -> None:
        await stage.stream.send(welcome(0), frames.Output(0, b"bye"))
        await stage.stream.send(frames.Output(3, b"!"), frames.Exit(0))

    stage, end = await play(act)
    assert end is End.SHELL_ENDED
    assert (stage.text, stage.shown[-1]) == (b"bye!", frames.Exit(0))


async def test_a_page_may_not_send_without_end() -> None:
    """More input than its window, or an ACK of what it never got, is refused."""

    async def act(stage: Stage) -> None:
        await stage.stream.send(welcome(10))
        await settle()
        for offset in (9, 11):
            with pytest.raises(frames.FrameError, match="ACK"):
                stage.session.take(frames.Ack(offset))
        stage.stream.taken.clear()
        for offset in range(0, INPUT_BYTES - 2000, 1000):
            stage.session.take(frames.Input(offset, b"x" * 900))
        with pytest.raises(frames.FrameError, match="bytes of input"):
            stage.session.take(frames.Input(INPUT_BYTES, b"x" * frames.MAX_DATA))

    await play(act, offset=10)


@pytest.mark.parametrize(
    "sent",
    [
        [frames.Output(0, b"x")],
        [welcome(5)],
        [welcome(0), welcome(0)],
        [welcome(0), frames.Output(1, b"x")],
        [frames.Welcome(BOOT, 9, 9, frames.Flags.RESET, 0, 80, 24), frames.Output(8, b"x")],
    ],
    ids=["no welcome", "another offset", "two welcomes", "a gap", "a step back"],
)
async def test_a_sandbox_that_breaks_the_protocol_is_left(sent: list[frames.HolderFrame]) -> None:
    """Everything from the sandbox is hostile: what does not fit ends the session with a reason."""

    async def act(stage: Stage) -> None:
        await stage.stream.send(*sent)

    with pytest.raises(HolderError):
        await play(act)


async def test_a_length_without_bounds_is_left() -> None:
    """Nothing is kept for a message that could never be right."""

    async def act(stage: Stage) -> None:
        await stage.stream.send_raw(b"\xff\xff\xff\xff")

    with pytest.raises(HolderError, match="4294967295"):
        await play(act)


async def test_what_is_printed_now_counts_as_use_and_a_replay_does_not() -> None:
    """Who comes back to a page sees old output again; that is no use of the machine."""

    async def act(stage: Stage) -> None:
        await stage.stream.send(frames.Welcome(BOOT, 0, 5, frames.Flags.RESET, 0, 80, 24), frames.Output(0, b"first"))
        await settle()
        assert stage.outputs == 0
        await stage.stream.send(frames.Output(5, b"second"))

    stage, _ = await play(act, boot=frames.NO_BOOT)
    assert stage.outputs == 1


@pytest.mark.parametrize(
    ("boot", "offset", "flags", "is_sent"),
    [
        (BOOT, 0, frames.Flags.RESET, True),
        (BOOT, 9, frames.Flags.RESET, False),
        (BOOT, 0, frames.Flags(0), False),
        (b"z" * 8, 0, frames.Flags.RESET, False),
    ],
)
async def test_the_past_is_sent_above_all_of_its_shell(
    boot: bytes,
    offset: int,
    flags: frames.Flags,
    is_sent: bool,  # noqa: FBT001
) -> None:
    """What was there before the suspension comes first, if the page gets the shell after it from its beginning."""

    async def act(stage: Stage) -> None:
        stage.pasts[BOOT.hex()] = frames.Past(1_000, b"$ ls")
        await stage.stream.send(frames.Welcome(boot, offset, offset, flags, 0, 80, 24))
        await settle()

    stage, _ = await play(act)
    kinds = [message[0] for message in stage.raw]
    assert kinds == [*([frames.Opcode.PAST] if is_sent else []), frames.Opcode.WELCOME]
    assert not is_sent or stage.raw[0] == b"\x87" + (1_000).to_bytes(8, "big") + b"$ ls"
