"""The process that serves previews: its own, so that no download there delays anybody's keystroke."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slipway.settings")
django.setup()

from django.conf import settings  # noqa: E402  (settings need the environment first)

from slipway.preview.doors import Doors  # noqa: E402  (models need the applications first)
from slipway.preview.exchange import Proxy  # noqa: E402
from slipway.preview.names import Domain  # noqa: E402
from slipway.preview.site import Site  # noqa: E402
from slipway.preview.tunnels import Tunnels  # noqa: E402

# Without a domain there is no host to answer for, and every request is told so.
domain = settings.PREVIEW_DOMAIN or Domain("http", "localhost", None)
proxy = Proxy(Tunnels(), domain, tuple(settings.PREVIEW_FRAMES_BY))
application = Site(proxy, Doors(), settings.PUBLIC_URL)
