"""The way of a byte between program and pages, under whatever comes: hypothesis plays pages, program and network."""

import asyncio
import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from slipway.terminal import frames, session
from slipway.terminal import windows as windows_module
from slipway.terminal.windows import UNBOUNDED, Windows
from tests.inside.model import ModelPage, printed, typed
from tests.inside.stepping import Machine, PlayedShell, client, holder

READ_BYTES = 64 * 1024
pages = st.integers(0, 2)
sizes = st.tuples(st.integers(1, frames.MAX_COLUMNS), st.integers(1, frames.MAX_ROWS))
offsets = st.one_of(st.integers(0, 600_000), st.integers(0, frames.MAX_OFFSET))


class Terminal(RuleBasedStateMachine):
    """One terminal with three pages, through sessions and a holder as they are."""

    @initialize()
    def begin(self) -> None:
        """Start the holder."""
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.machine = Machine(Path(self.folder.name))
        self.windows = Windows()
        self.pages = [ModelPage(number, self.loop) for number in range(3)]
        self.unprinted = self.printed = 0
        self.reached = [0, 0, 0]
        self.size = (80, 24)
        self.was_crowded = False
        for number in range(3):
            self.joins(number, self.size)

    # What pages do

    @rule(number=pages, size=sizes)
    def joins(self, number: int, size: tuple[int, int]) -> None:
        """Come, or come back, perhaps before the old connection was seen to be dead."""
        page = self.pages[number]
        self._join(page, frames.Hello(page.client, page.boot, page.at, 0, *size))

    @rule(number=pages, boot=st.sampled_from([bytes(8), b"\xff" * 8, None]), offset=offsets, size=sizes)
    def joins_with_nonsense(self, number: int, boot: bytes | None, offset: int, size: tuple[int, int]) -> None:
        """Claim to have seen what was never printed, or is long gone, or of another shell."""
        page = self.pages[number]
        self._join(page, frames.Hello(page.client, page.boot if boot is None else boot, offset, 0, *size))

    def _join(self, page: ModelPage, hello: frames.Hello) -> None:
        self._wait(page.cut())
        page.connect(self.machine, self.windows, hello)

    @rule(number=pages)
    def is_cut(self, number: int) -> None:
        """Lose a connection with all that is on its way."""
        self._wait(self.pages[number].cut())

    @rule(number=pages, length=st.one_of(st.integers(1, 50), st.integers(20_000, 500_000)))
    def types(self, number: int, length: int) -> None:
        """Type or paste, connected or not."""
        self.pages[number].typed += length

    @rule(number=pages, share=st.floats(0, 1))
    def draws(self, number: int, share: float) -> None:
        """Draw some of what came."""
        self.pages[number].draw(share)

    @rule(number=pages, size=st.one_of(st.none(), sizes))
    def resizes(self, number: int, size: tuple[int, int] | None) -> None:
        """Drag a window, or turn to another terminal."""
        page = self.pages[number]
        if page.session is not None and page.is_welcome:
            page.say(frames.Resize(*(size or (0, 0))))
            page.size = size

    @rule(number=pages, offset=offsets, length=st.integers(1, frames.MAX_DATA), times=st.sampled_from([1, 2, 12]))
    def sends_too_early(self, number: int, offset: int, length: int, times: int) -> None:
        """Send what comes before its time, and much of it: it is refused and must change nothing."""
        self._send(self.pages[number], self.pages[number].typed + 1 + offset, length, times)

    @rule(number=pages, share=st.floats(0, 1), length=st.integers(1, frames.MAX_DATA))
    def sends_again(self, number: int, share: float, length: int) -> None:
        """Send what was accepted, or is on its way, once more."""
        page = self.pages[number]
        offset = int(page.typed * share)
        if offset < page.typed:
            self._send(page, offset, min(length, page.typed - offset), 1)

    def _send(self, page: ModelPage, offset: int, length: int, times: int) -> None:
        if page.session is None or not page.is_welcome or offset > frames.MAX_OFFSET:
            return
        try:
            for _ in range(times):
                page.say(frames.Input(offset, typed(page.number, offset, length)))
        except frames.FrameError:
            _check_memory(page.session, beyond=frames.MAX_MESSAGE)
            self._wait(page.cut())
        else:
            _check_memory(page.session)

    @rule(number=pages, message=st.one_of(st.binary(max_size=60), st.binary(min_size=9, max_size=9)))
    def sends_noise(self, number: int, message: bytes) -> None:
        """Send any bytes: they are a frame, or a `FrameError` on which the consumer closes."""
        try:
            frame = frames.decode_client(message)
        except frames.FrameError:
            self._wait(self.pages[number].cut())
            return
        assert frames.decode_client(frame.encode()) == frame

    @rule(number=pages, beyond=st.integers(1, 10**9))
    def acknowledges_what_never_came(self, number: int, beyond: int) -> None:
        """Acknowledge too much, which would let the server send without end."""
        page = self.pages[number]
        if page.session is not None and page.is_welcome:
            with pytest.raises(frames.FrameError):
                page.say(frames.Ack(min(page.at + beyond, frames.MAX_OFFSET)))

    # What the program does

    @rule(length=st.one_of(st.integers(1, 100), st.integers(300_000, 1_200_000)))
    def prints(self, length: int) -> None:
        """Print: as much as the terminal takes goes out now, the rest when it does."""
        self.unprinted += length

    @rule(length=st.integers(1, 400_000))
    def reads(self, length: int) -> None:
        """Let the program read some of what was typed."""
        while length > 0:
            try:
                data = self.machine.shell.far.recv(min(length, READ_BYTES))
            except BlockingIOError:
                return
            length -= len(data)
            self._came(data)
            self.machine.holder.step()

    @rule(is_busy=st.booleans())
    def takes_the_terminal(self, *, is_busy: bool) -> None:
        """Run a program, or end it."""
        self.machine.shell.is_busy = is_busy

    def _came(self, data: bytes) -> None:
        """Each page's bytes reach the program once and in order, whatever lies between them."""
        for number in range(3):
            own = bytes(byte for byte in data if byte >> 6 == number)
            assert own == typed(number, self.reached[number], len(own))
            self.reached[number] += len(own)
            assert self.reached[number] <= self.pages[number].typed

    # What holds at every moment

    @precondition(lambda self: hasattr(self, "machine"))
    @invariant()
    def nothing_grows_beyond_its_bound(self) -> None:
        """After everything has happened that can."""
        self._settle()
        held = self.machine.holder
        assert len(held._keys) <= holder.TYPED_BYTES + len(self.pages) * READ_BYTES
        assert held._ring.end - held._ring.start <= holder.RING_BYTES == len(held._ring._bytes)
        assert len(held._typed._accepted) <= holder.CLIENTS_REMEMBERED
        assert len(held._clients) <= len(self.pages)
        for joined in held._clients:
            assert len(joined._out) <= client.OUTPUT_BYTES + 128
            assert len(joined._reader._buffer) < frames.MAX_MESSAGE + 4
        for page in self.pages:
            if page.session is not None:
                _check_memory(page.session)

    @precondition(lambda self: hasattr(self, "machine"))
    @invariant()
    def the_terminal_fits_into_every_window(self) -> None:
        """And each window knows what the others leave.

        Behind much that no program reads a size waits as well, and may come after its window has gone. What it left
        lasts until the next one.
        """
        shown = {page: page.size for page in self.pages if page.session is not None and page.size is not None}
        if shown:
            self.size = (min(size[0] for size in shown.values()), min(size[1] for size in shown.values()))
            is_right = self.machine.holder._size == self.size
            is_crowded = len(self.machine.holder._keys) >= holder.TYPED_BYTES
            self.was_crowded = is_crowded or (self.was_crowded and not is_right)
            assert is_right or self.was_crowded
        for page in self.pages:
            if page.session is not None:
                others = [size for other, size in shown.items() if other is not page]
                assert page.others == tuple(map(min, zip(UNBOUNDED, *others, strict=True)))

    def teardown(self) -> None:
        """Let everybody draw and read, then come back: in the end all has arrived."""
        if not hasattr(self, "machine"):
            return
        try:
            self._finish(lambda: all(page.drawn == page.at for page in self.pages if page.session))
            for page in self.pages:
                self._join(page, frames.Hello(page.client, page.boot, page.at, 0, 80, 24))
            self._finish(lambda: self.unprinted == 0 and all(page.at == self.printed for page in self.pages))
            assert self.reached == [page.typed for page in self.pages] == [page.accepted for page in self.pages]
        finally:
            for page in self.pages:
                self._wait(page.cut())
            self.machine.close()
            self.loop.close()
            asyncio.set_event_loop(None)
            self.folder.cleanup()

    def _finish(self, is_done: Callable[[], bool]) -> None:
        for _ in range(500):
            self._settle()
            self.reads(10_000_000)
            if is_done() and all(self.reached[page.number] == page.accepted for page in self.pages if page.session):
                return
            for page in self.pages:
                page.draw(1.0)
        where = [(page.at, page.drawn, page.typed, page.accepted, page.sent) for page in self.pages]
        raise AssertionError(f"something never arrived: {self.printed}, {self.unprinted}, {self.reached}, {where}")

    # How it goes on

    def _settle(self) -> None:
        """Let everything happen that can, until nothing moves any more."""
        quiet = 0
        while quiet < 3:
            before = self._progress()
            self._print()
            self.machine.holder.step()
            for page in self.pages:
                self._type(page)
            self._wait(_turn())
            quiet = quiet + 1 if self._progress() == before else 0

    def _type(self, page: ModelPage) -> None:
        try:
            while page.session is not None and page.pump():
                pass
        except frames.FrameError:
            # What it sent out of turn before is on the way as well.
            self._wait(page.cut())

    def _print(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self.unprinted:
                sent = self.machine.shell.far.send(printed(self.printed, min(self.unprinted, READ_BYTES)))
                self.printed += sent
                self.unprinted -= sent

    def _progress(self) -> tuple[int, ...]:
        streams = [page.stream.moved if page.stream else 0 for page in self.pages]
        return (self.printed, self.machine.holder._ring.end, len(self.machine.holder._keys), *streams)

    def _wait(self, coming: object) -> None:
        self.loop.run_until_complete(coming)  # type: ignore[arg-type]  # a coroutine of ours


async def _turn() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


def _check_memory(of: session.Session, beyond: int = 0) -> None:
    assert len(of._batch) <= session.BATCH_BYTES + frames.MAX_DATA
    assert of._sent - of._acked <= session.WINDOW_BYTES + session.BATCH_BYTES + frames.MAX_DATA
    assert of._input_bytes <= session.INPUT_BYTES + beyond + 4
    assert len(of._reader._buffer) < frames.MAX_MESSAGE + 4


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing wait for more to come, and a played shell in place of a real one."""
    monkeypatch.setattr(session, "BATCH_SECONDS", 0.0)
    monkeypatch.setattr(windows_module, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(client, "ACK_SECONDS", 0.0)
    monkeypatch.setattr(holder, "Shell", PlayedShell)


@pytest.mark.usefixtures("_at_once")
def test_no_byte_is_lost_doubled_or_reordered() -> None:
    """Nor does anything grow without bound, whatever pages send and when connections are cut."""
    # To make a failure small takes minutes; its steps can be read as they are.
    phases = [phase for phase in Phase if phase is not Phase.shrink]
    bounds = settings(max_examples=50, stateful_step_count=30, deadline=None, phases=phases)
    run_state_machine_as_test(Terminal, settings=settings(bounds, suppress_health_check=list(HealthCheck)))
