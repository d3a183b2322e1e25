"""Unit tests need nothing but this process: no Redis, no collected files, no sockets."""

import pytest
from django.conf import settings as project
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _nothing_outside_of_this_process(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    # WhiteNoise warns of a folder that does not exist, and files are collected only by `up`.
    settings.STATIC_ROOT = project.PROJECT / "static"
