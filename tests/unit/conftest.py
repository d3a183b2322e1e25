"""What every unit test stands on: no service of this machine, and nobody beyond it."""

import gc
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from django.test import override_settings

# Little garbage goes in circles here; looking for it as often as Python does took a sixth of the time.
gc.set_threshold(100_000, 10, 10)
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(scope="session", autouse=True)
def services_in_memory() -> Iterator[None]:
    """Keep cache and page events in this process: Redis does not run for unit tests."""
    with override_settings(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Make the database once, and no set of permissions after each test with real commits: that took half its time."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse connections that leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        is_near = self.family == socket.AF_UNIX or address[0] in LOOPBACK or self.type == socket.SOCK_DGRAM
        assert is_near, f"a unit test connects to {address}"
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield
