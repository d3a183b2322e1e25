"""What those who wait for a machine were told, beside what came true."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from slipway.sandboxes import line

TOLERANCE = 0.5
# What is nearer than this is told as a few seconds.
FROM_SECONDS = 2.0


@dataclass(slots=True)
class Estimates:
    """Samples of everybody's estimate, by the moment at which it was read."""

    _samples: list[tuple[float, UUID, float]] = field(default_factory=list)

    def read(self) -> None:
        """Read what everybody who waits is told now."""
        now = time.time()
        told = line.outlooks().items()
        self._samples += [(now, id_, each.seconds) for id_, each in told if each.seconds is not None]

    def share_that_held(self, ready_at: Mapping[UUID, float]) -> float:
        """Return the share of the samples that were within half of what was left to wait."""
        waits = [(told, ready_at[id_] - at) for at, id_, told in self._samples if id_ in ready_at]
        far = [(told, left) for told, left in waits if left >= FROM_SECONDS]
        return sum(abs(told - left) <= TOLERANCE * left for told, left in far) / len(far) if far else 1.0
