"""How many machines are kept warm. Pure: no IO."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

# So far back arrivals tell of what comes.
LOOK_BACK = timedelta(minutes=5)
# A class that is about to start is prepared for from so long before to so long after its time.
BEFORE, AFTER = timedelta(minutes=10), timedelta(minutes=10)
# A warm machine is made only where so many more would fit.
ROOM_TO_MAKE = 3


def target(arrived_at: Iterable[datetime], *, now: datetime, planned: int, least: int, most: int) -> int:
    """Return how many machines of an image are to be warm: as many as came in the busiest of the last minutes.

    `planned` are those who will come soon; only they may be more than `most`. A `least` of 0 turns the pool off.
    """
    minutes = Counter((now - each) // timedelta(minutes=1) for each in arrived_at if now - each < LOOK_BACK)
    return least and max(least, planned, min(most, max(minutes.values(), default=0)))
