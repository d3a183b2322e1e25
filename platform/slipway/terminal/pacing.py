"""How fast a terminal may print. Pure: time comes from outside.

What is beyond the rate waits in the machine, where the program that prints it is held up: nothing is lost.
"""

# A screenful, a file, a build's log come at once; the rate is for what does not end.
BURST_SECONDS = 1.0


class Pace:
    """A rate in bytes per second, of which a second's worth may come at once; 0 is no bound."""

    def __init__(self, bytes_per_second: int) -> None:
        self._rate = bytes_per_second
        self._paid_until = 0.0

    def pause_after(self, count: int, now: float) -> float:
        """Return how many seconds to wait after so many bytes were sent at this moment."""
        if not self._rate:
            return 0.0
        self._paid_until = max(self._paid_until, now - BURST_SECONDS) + count / self._rate
        return max(0.0, self._paid_until - now)
