"""What a page says of a machine whose host does not answer, or that moves to another one."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from slipway.grading.selectors import SetUp
from slipway.pages.machine import Kind, MachineView, in_line, view
from slipway.sandboxes.admission import Outlook
from slipway.sandboxes.selectors import MachineState
from slipway.sandboxes.states import State

DONE = SetUp(steps_done=0, failure="", is_done=True, is_under_way=False)
READY = MachineState(uuid4(), State.READY, failure="", is_waiting=False, outlook=None)
AT = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


def shown(**changes: object) -> MachineView:
    """Return what is shown of a ready machine with some changes."""
    return view(replace(READY, **changes), DONE, ())  # type: ignore[arg-type]  # of any field


@pytest.mark.parametrize("state", [State.READY, State.SUSPENDED, State.RESUMING, State.FAILED])
def test_out_of_reach_is_not_gone(state: State) -> None:
    """No terminal, no button that could not help; it is kept, and a screen reader hears it."""
    found = shown(is_unreachable=True, state=state)
    assert (found.kind, found.look) == (Kind.AWAY, "fail")
    assert "kept with everything in it" in found.note
    assert found.note in found.news


def test_before_it_moves_it_goes_on() -> None:
    """The terminal stays open, and the page knows when."""
    found = shown(moves_at=AT)
    assert (found.kind, found.moves_at) == (Kind.READY, AT)


def test_who_waits_for_a_move_has_no_place_in_the_line() -> None:
    """It waits for its disk; that it is there keeps its place all the same."""
    found = shown(moves_at=AT, state=State.RESUMING, is_waiting=True, outlook=Outlook(3, 60.0))
    assert (found.kind, found.label, found.is_waiting, found.place) == (Kind.STARTING, "Moving", True, 0)
    assert in_line(found, Outlook(2, None)) == found
