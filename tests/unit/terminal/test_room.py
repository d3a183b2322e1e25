"""How many terminals a web process takes on."""

import resource

import pytest

from slipway.terminal import room
from slipway.terminal.access import CloseCode, RefusedError
from slipway.terminal.room import Room


def test_each_person_has_a_bound_and_all_have_one() -> None:
    """Who is refused takes no place, and a place that is given back is free."""
    places = Room(most=3, most_each=2)
    for person in ("asha", "asha", "meera"):
        places.enter(person)
    with pytest.raises(RefusedError) as refusal:
        places.enter("gita")
    assert refusal.value.code == CloseCode.FULL
    places.leave("meera")
    with pytest.raises(RefusedError) as refusal:
        places.enter("asha")
    assert refusal.value.code == CloseCode.TOO_MANY
    places.enter("gita")


def test_places_follow_from_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process takes all that it may have, within reason, and keeps some for everything else."""
    taken: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: taken.append(limits))
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1024, 4096))
    assert room.places() == (4096 - room.DESCRIPTORS_KEPT) // room.DESCRIPTORS_EACH
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (1024, resource.RLIM_INFINITY))
    assert room.places() == (room.ENOUGH - room.DESCRIPTORS_KEPT) // room.DESCRIPTORS_EACH
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (64, 64))
    assert room.places() == 1
    assert taken == [(4096, 4096), (room.ENOUGH, resource.RLIM_INFINITY), (64, 64)]
