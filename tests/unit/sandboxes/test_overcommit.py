"""What a start has to find free: the limits, less what machines were seen to leave of them."""

from slipway.engine.port import Amount
from slipway.sandboxes import overcommit
from slipway.sandboxes.overcommit import Sample

LIMITS = Amount(1000, 1000, 1000)


def _seen(*shares: int, known: dict[str, list[float]] | None = None, seconds: float = 0) -> dict[str, list[float]]:
    samples = [Sample(Amount(share, share, share), LIMITS) for share in shares]
    return overcommit.noted(known or {}, samples, seconds=seconds)


def test_until_it_was_measured_much_room_is_left() -> None:
    """A few samples say nothing yet."""
    assert overcommit.expected(_seen(*[10] * 11), LIMITS, most=100) == Amount(250, 125, 250)


def test_what_was_measured_counts() -> None:
    """The upper end of the twentieth in which 95 of 100 samples lie."""
    assert overcommit.expected(_seen(*[110] * 96, *[900] * 4), LIMITS, most=100) == Amount(150, 150, 150)
    assert overcommit.expected(_seen(*[110] * 90, *[900] * 10), LIMITS, most=100) == Amount(950, 950, 950)


def test_one_learner_decides_nothing() -> None:
    """Whoever fills the machine among few raises nobody's expected use, and alone is not even noted."""
    known: dict[str, list[float]] = {}
    for _ in range(50):
        known = _seen(110, 120, 1000, known=known)
    assert overcommit.expected(known, LIMITS, most=100) == Amount(150, 150, 150)
    for _ in range(50):
        known = _seen(1000, 1000, known=known)
    assert overcommit.expected(known, LIMITS, most=100) == Amount(150, 150, 150)


def test_the_operator_bounds_it() -> None:
    """With 4, no more than four times what is there is promised; with 1, all limits are kept free."""
    idle = _seen(*[10] * 100)
    assert overcommit.expected(idle, LIMITS, most=4) == Amount(250, 250, 250)
    assert overcommit.expected(idle, LIMITS, most=1) == LIMITS


def test_never_more_than_the_limits() -> None:
    """A sample at the limit, or beyond it, is one of the last twentieth."""
    assert overcommit.expected(_seen(*[1000, 1200] * 20), LIMITS, most=8) == LIMITS


def test_old_samples_fade() -> None:
    """What lessons ask for today counts more than what they asked for yesterday."""
    yesterday = _seen(*[900] * 100)
    today = _seen(*[110] * 100, known=yesterday, seconds=36 * 3600)
    assert overcommit.expected(today, LIMITS, most=100) == Amount(150, 150, 150)


def test_a_sample_counts_by_its_own_limits() -> None:
    """Half of a small machine is half: a guest's machine and a grader's tell the same of an image."""
    half = Sample(Amount(500, 500, 500), LIMITS), Sample(Amount(50, 50, 50), Amount(100, 100, 100))
    known = overcommit.noted({}, [*half] * 20, seconds=0)
    assert overcommit.expected(known, Amount(200, 200, 200), most=100) == Amount(110, 110, 110)
