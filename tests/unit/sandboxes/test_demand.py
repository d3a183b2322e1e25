"""The pool's target follows demand."""

from datetime import UTC, datetime, timedelta

from slipway.sandboxes.demand import target

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


def _ago(*seconds: float) -> list[datetime]:
    return [NOW - timedelta(seconds=each) for each in seconds]


def test_when_it_is_quiet_the_least_is_kept() -> None:
    """Nobody came lately: arrivals of an hour ago tell nothing."""
    assert target(_ago(3600, 3601, 3602), now=NOW, planned=0, least=2, most=12) == 2


def test_the_busiest_minute_counts() -> None:
    """Five came in one minute and one in another."""
    assert target(_ago(130, 131, 132, 150, 170, 10), now=NOW, planned=0, least=2, most=12) == 5


def test_arrivals_are_bounded() -> None:
    """A storm makes no pool of its size."""
    assert target(_ago(*range(40)), now=NOW, planned=0, least=2, most=12) == 12


def test_a_planned_class_is_prepared_for() -> None:
    """Whoever planned it says how many come, whatever the bound for arrivals."""
    assert target([], now=NOW, planned=30, least=2, most=12) == 30


def test_no_pool_is_no_pool() -> None:
    """With a least of 0 nothing is kept warm."""
    assert target(_ago(1, 2, 3), now=NOW, planned=30, least=0, most=12) == 0
