"""What a preview's host says by itself: in whose language, and that a machine's host does not answer."""

from html import escape
from typing import Any

import pytest
from django.utils import timezone

from slipway.preview import passes
from slipway.preview.doors import Doors
from slipway.preview.exchange import Proxy
from slipway.preview.names import Domain, Place
from slipway.preview.passes import Pass
from slipway.preview.site import Site as PreviewSite
from slipway.preview.tunnels import Tunnels
from slipway.sandboxes.doors import SAID, Shut
from slipway.sandboxes.models import Engine, Sandbox
from tests.unit.sandboxes.world import local_engine
from tests.unit.site import Site

pytestmark = pytest.mark.django_db(transaction=True)
DOMAIN = Domain.of("https://preview.learn.example")
PORT = 8080


async def said(host: str, *headers: tuple[bytes, bytes]) -> tuple[int, str]:
    """Ask a host for its page; return the status and the text."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    site = PreviewSite(Proxy(Tunnels(), DOMAIN, ("'self'",)), Doors(), "https://learn.example")
    asked = [(b"host", host.encode()), *headers]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": asked}
    await site(scope, receive, send)
    return sent[0]["status"], sent[1]["body"].decode()


async def test_a_visitor_is_told_in_the_browsers_language() -> None:
    """Heading and frame alike; in English where the browser asks for what we have not."""
    status, page = await said("elsewhere.example", (b"accept-language", b"hi-IN,hi;q=0.9"))
    assert status == 404
    assert '<html lang="hi">' in page
    assert "इस पते पर कोई प्रीव्यू नहीं है" in page
    assert "There is no preview at this address" in (await said("elsewhere.example", (b"accept-language", b"fr")))[1]


@pytest.fixture
def right(site: Site) -> Pass:
    """Give the learner's pass to a machine whose host does not answer."""
    sandbox = site.ready(site.begin(site.learner()))
    Sandbox.objects.update(engine=local_engine())
    Engine.objects.update(lost_at=timezone.now())
    return Pass(Place(sandbox.id, PORT), person=site.learner().pk, language="hi")


async def test_a_host_that_does_not_answer_is_not_asked(right: Pass) -> None:
    """The page says what terminals and files say, in the pass's language, and waits."""
    own = f"{passes.cookie_name(DOMAIN)}={right.signed()}".encode()
    host = DOMAIN.origin(right.place).removeprefix("https://")
    status, page = await said(host, (b"cookie", own), (b"accept-language", b"en"))
    assert status == 503
    assert "मशीन का होस्ट जवाब नहीं दे रहा। मशीन रखी हुई है" in page
    assert escape(SAID[Shut.OUT_OF_REACH]) not in page
    assert 'data-waits="1"' in page
