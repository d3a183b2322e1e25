"""How fast a terminal may print: a second's worth at once, then the rate, and nothing lost."""

import asyncio

import pytest

from slipway.terminal import frames
from slipway.terminal.pacing import Pace
from tests.unit.terminal.test_session import Stage, play, welcome


def test_a_seconds_worth_comes_at_once_and_the_rest_at_the_rate() -> None:
    """Who was quiet does not save up more than that."""
    pace = Pace(1000)
    assert pace.pause_after(1000, now=100.0) == 0
    assert pace.pause_after(500, now=100.0) == pytest.approx(0.5)
    assert pace.pause_after(500, now=100.5) == pytest.approx(0.5)
    assert pace.pause_after(1500, now=999.0) == pytest.approx(0.5)


def test_without_a_rate_nobody_waits() -> None:
    """The page's own drawing is the bound then."""
    assert Pace(0).pause_after(10**12, now=0.0) == 0


async def test_a_terminal_that_prints_too_fast_is_read_more_slowly_and_whole() -> None:
    """Ten pieces beyond the burst take as long as the rate says, and all of them arrive in order."""
    rate, piece, begin = 100_000, 10_000, asyncio.get_running_loop().time()

    async def act(stage: Stage) -> None:
        stage.session._pace = Pace(rate)
        await stage.stream.send(welcome(0))
        for offset in range(0, 13 * piece, piece):
            await stage.stream.send(frames.Output(offset, bytes([offset // piece]) * piece))

    stage, _ = await play(act)
    assert stage.text == b"".join(bytes([number]) * piece for number in range(13))
    assert asyncio.get_running_loop().time() - begin >= 0.2
