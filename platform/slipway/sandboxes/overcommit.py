"""How much of their limits machines really use, and so how much a start has to find free. Pure: no IO.

What learners' machines were seen to use lies in histograms: for memory, disk and processes of each image the weight of
all samples by their share of the limit, in twentieths. Old samples fade, so that what lessons ask for today counts
most. A start is expected to use what 95 of 100 samples stayed below. One learner, who is root in the machine, must not
decide what all machines are expected to use: of each look whoever uses most is left out.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import NamedTuple

from slipway.engine.port import Amount

Histograms = Mapping[str, list[float]]


class Sample(NamedTuple):
    """What a machine was seen to use, and what it may use."""

    used: Amount
    limits: Amount


BUCKETS = 20
# Of fewer learners nothing is noted: one of them is left out, and one alone is no measure.
LEARNERS = 3
HALF_LIFE_SECONDS = 6 * 3600.0
# Half a minute of three learners. Before that these figures are taken: of memory four times what an idle machine uses.
ENOUGH_SAMPLES = 12
UNMEASURED = {"memory_bytes": 0.25, "disk_bytes": 0.125, "pids": 0.25}


def noted(known: Histograms, samples: Collection[Sample], *, seconds: float) -> dict[str, list[float]]:
    """Return the histograms with the samples of a look added, one of each learner, `seconds` after the last ones."""
    keeps = 0.5 ** (seconds / HALF_LIFE_SECONDS)
    found: dict[str, list[float]] = {
        name: [weight * keeps for weight in known.get(name, [])] or [0.0] * BUCKETS for name in UNMEASURED
    }
    for name in UNMEASURED:
        shares = sorted(getattr(used, name) * BUCKETS // getattr(limits, name) for used, limits in samples)
        for share in shares[:-1] if len(shares) >= LEARNERS else ():
            found[name][min(BUCKETS - 1, share)] += 1
    return {name: [round(weight, 3) for weight in weights] for name, weights in found.items()}


def expected(known: Histograms, limits: Amount, *, most: int) -> Amount:
    """Return what a machine is expected to use: never more than its limits, never less than one `most`th of them."""
    shares = {name: max(1 / most, _share(known.get(name, []), UNMEASURED[name])) for name in UNMEASURED}
    return Amount(**{name: int(limit * shares[name]) for name, limit in asdict(limits).items()})


def _share(weights: list[float], unmeasured: float) -> float:
    """Return the upper end of the twentieth that the 95th percentile lies in."""
    total, seen = sum(weights), 0.0
    if total < ENOUGH_SAMPLES:
        return unmeasured
    for bucket, weight in enumerate(weights, 1):
        seen += weight
        if seen >= 0.95 * total:
            return bucket / BUCKETS
    return 1.0
