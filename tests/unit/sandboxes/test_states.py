"""The state machine of a sandbox's life."""

import pytest

from slipway.sandboxes import states
from slipway.sandboxes.states import MOVES, MOVING, MoveError, State


def test_every_state_has_its_moves() -> None:
    """No state is forgotten in the table of moves."""
    assert set(MOVES) == set(State)


def test_gone_is_the_end_and_can_be_reached_from_everywhere() -> None:
    """Whatever happens to a sandbox, it can be brought to its end; from there nothing leads back."""
    assert MOVES[State.GONE] == frozenset()
    for state in State:
        reached = {state}
        for _ in State:
            reached |= {target for source in reached for target in MOVES[source]}
        assert State.GONE in reached


def test_every_moving_state_can_come_to_rest() -> None:
    """A state that somebody works on leads to one at rest in one move."""
    for state in MOVING:
        assert MOVES[state] - MOVING


def test_unknown_move_is_refused() -> None:
    """A move that is not in the table is a fault of the program, named with both ends."""
    with pytest.raises(MoveError, match="gone to ready"):
        states.require(frozenset({State.GONE}), State.READY)
