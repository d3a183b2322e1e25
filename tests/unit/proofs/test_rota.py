"""What is proven is proven again, a tenth each day."""

from datetime import date, timedelta

from slipway.proofs.rota import DAYS, is_due

TODAY = date(2024, 5, 6)


def test_each_has_its_day() -> None:
    """One in ten days, and the same one in the next ten."""
    for name in ("run-it", "which-port", "(text)"):
        due = [day for day in range(2 * DAYS) if is_due("docker/06-x", name, TODAY + timedelta(day))]
        assert len(due) == 2
        assert due[1] - due[0] == DAYS


def test_a_day_has_about_a_tenth() -> None:
    """Whatever the names are."""
    due = sum(is_due(f"docker/{lesson}-x", f"exercise-{number}", TODAY) for lesson in range(30) for number in range(10))
    assert 15 <= due <= 45
