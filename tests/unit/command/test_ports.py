"""The port of the pages: the wanted one, else the next free one."""

import pytest

from slipway.command.errors import CommandError
from slipway.command.ports import DEFAULT_PORT, TRIES, choose, following


def test_a_free_wish_is_granted() -> None:
    """`--port` is taken at its word."""
    assert choose(9000, lambda _port: True) == 9000


def test_a_taken_wish_is_refused_with_another_port() -> None:
    """Nothing else is chosen in silence."""
    with pytest.raises(CommandError, match="port 9000 is taken") as refusal:
        choose(9000, lambda _port: False)
    assert "--port 9001" in refusal.value.cure


def test_without_a_wish_the_first_free_one_is_taken() -> None:
    """Somebody else's server on 8000 and 8001 stays where it is."""
    assert choose(None, lambda port: port >= DEFAULT_PORT + 2) == DEFAULT_PORT + 2


def test_the_search_ends() -> None:
    """A machine full of servers gets a sentence."""
    tried: list[int] = []

    def taken(port: int) -> bool:
        tried.append(port)
        return False

    with pytest.raises(CommandError, match="is free"):
        choose(None, taken)
    assert len(tried) == TRIES


def test_previews_get_the_port_that_they_had_or_the_next_free_one() -> None:
    """Never that of the pages, and never one that is not there."""
    assert following(8000, 0, lambda _port: True) == 8001
    assert following(8000, 9000, lambda _port: True) == 9000
    assert following(8000, 9000, lambda port: port == 8003) == 8003
    assert following(8000, 8000, lambda _port: True) == 8001
    with pytest.raises(CommandError, match="previews"):
        following(65_535, 0, lambda _port: True)
