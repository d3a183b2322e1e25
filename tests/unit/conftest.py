"""What every unit test stands on: no service of this machine, and nobody beyond it."""

import socket
from typing import Any

import pytest
from pytest_django import Settings

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def services_in_memory(settings: Settings) -> None:
    """Keep cache and page events in this process: Redis does not run for unit tests."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections that leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        is_near = self.family == socket.AF_UNIX or address[0] in LOOPBACK or self.type == socket.SOCK_DGRAM
        assert is_near, f"a unit test connects to {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
