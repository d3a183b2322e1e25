"""Pages while a part that they need is away."""

import pytest
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError

from slipway.courses import selectors
from tests.unit.site import Site


@pytest.mark.parametrize("error", [OperationalError("database is locked"), RedisConnectionError("refused")])
def test_a_part_that_is_away_gives_503(site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The page says when to come back, not that something broke."""

    def fail() -> None:
        raise error

    monkeypatch.setattr(selectors, "catalogue", fail)
    response = site.client().get("/")
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    assert "back in a moment" in response.content.decode()


def test_anything_else_stays_an_error(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the code is not passed off as a pause."""

    def fail() -> None:
        raise ValueError("a mistake")

    monkeypatch.setattr(selectors, "catalogue", fail)
    client = site.client()
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
