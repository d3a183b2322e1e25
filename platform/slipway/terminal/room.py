"""How many terminals one web process serves at once: in all, and for one person."""

import resource
from collections.abc import Hashable

from slipway.sandboxes import room
from slipway.terminal.access import CloseCode, RefusedError

# Nine terminals in two windows, and some whose end was not noticed yet.
MOST_EACH = 24
# A terminal takes two descriptors, the page around it two to five; the database, Redis and files need some as well.
DESCRIPTORS_EACH = 4
DESCRIPTORS_KEPT = 128
ENOUGH = 65_536


class Room(room.Room):
    """Counts who has a terminal open."""

    def __init__(self, most: int, most_each: int = MOST_EACH) -> None:
        super().__init__(most, most_each)

    def enter(self, person: Hashable) -> None:
        """Take a place for one more terminal of this person. Raise `RefusedError` when there is none."""
        try:
            super().enter(person)
        except room.FullError as error:
            raise RefusedError(CloseCode.FULL) from error
        except room.CrowdedError as error:
            raise RefusedError(CloseCode.TOO_MANY, most=self._most_each) from error


def places() -> int:
    """Return how many terminals this process has descriptors for. First it takes all that it may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(1, (most - DESCRIPTORS_KEPT) // DESCRIPTORS_EACH)
