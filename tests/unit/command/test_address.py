"""Where the pages are served, and how people and requests name it."""

from pathlib import Path

import pytest

from slipway.command import address
from slipway.command.address import Address


@pytest.fixture(autouse=True)
def no_proxy_in_front(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the environment of this run may say."""
    monkeypatch.delenv("SLIPWAY_URL", raising=False)


def test_loopback_is_called_localhost() -> None:
    """People know that name."""
    assert Address("127.0.0.1", 8000).url == "http://localhost:8000"


def test_an_address_of_ipv6_is_spelled_in_brackets() -> None:
    """Otherwise its colons would be a port."""
    assert Address("2001:db8::1", 8000).url == "http://[2001:db8::1]:8000"


def test_a_proxy_in_front_names_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """SLIPWAY_URL is what people type, whatever the web process listens on."""
    monkeypatch.setenv("SLIPWAY_URL", "https://learn.example/")
    there = Address("127.0.0.1", 8000)
    assert there.url == "https://learn.example"
    assert there.public_name == "learn.example"


def test_requests_may_name_localhost_and_the_address() -> None:
    """What is reached by its IP address is asked for by it."""
    assert Address("203.0.113.7", 8000).names == ["localhost", "127.0.0.1", "[::1]", "203.0.113.7"]


def test_the_address_is_remembered(tmp_path: Path) -> None:
    """The next `up` serves on the same port."""
    there = Address("127.0.0.1", 8123)
    assert address.load(tmp_path / "site.json") is None
    address.save(tmp_path / "site.json", there)
    assert address.load(tmp_path / "site.json") == there


def test_previews_have_names_below_localhost_or_where_somebody_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """An IP address can have none, and whether another name has is not guessed."""
    monkeypatch.delenv("SLIPWAY_PREVIEW_URL", raising=False)
    assert Address("127.0.0.1", 8000, 8001).preview_url == "http://localhost:8001"
    assert Address("203.0.113.7", 8000, 8001).preview_url == ""
    monkeypatch.setenv("SLIPWAY_URL", "https://learn.example")
    assert Address("127.0.0.1", 8000, 8001).preview_url == ""
    monkeypatch.setenv("SLIPWAY_PREVIEW_URL", "https://preview.learn.example/")
    assert Address("127.0.0.1", 8000, 8001).preview_url == "https://preview.learn.example"
