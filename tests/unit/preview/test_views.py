"""What the application does for previews: for their learner alone."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from slipway.preview import passes, selectors, services
from slipway.preview.models import Share
from slipway.preview.names import Domain, Place
from slipway.preview.passes import Pass
from slipway.preview.selectors import Door
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import local_engine
from tests.unit.site import Site

PORT = 8080


@pytest.fixture
def sandbox(site: Site, settings: Settings) -> Sandbox:
    """Give the learner's ready machine, on a site with previews."""
    settings.PREVIEW_DOMAIN = Domain.of("https://preview.learn.example")
    sandbox = site.ready(site.begin(site.learner()))
    sandbox.engine = local_engine()
    sandbox.save()
    return sandbox


def address(name: str, sandbox_id: UUID, port: int = PORT) -> str:
    """Return an address of the application."""
    return reverse(name, args=[sandbox_id, port])


def test_its_learner_is_led_in(site: Site, sandbox: Sandbox) -> None:
    """By a ticket for this very place, to the path that was asked for."""
    answer = site.client(site.learner()).get(address("open_preview", sandbox.id), {"path": "/a?b=c"})
    assert answer.status_code == 302
    parts = urlsplit(answer["Location"])
    assert parts.netloc == f"8080-{sandbox.id.hex}.preview.learn.example"
    asked = parse_qs(parts.query)
    assert asked["to"] == ["/a?b=c"]
    right = passes.of_ticket(asked["ticket"][0], Place(sandbox.id, PORT))
    assert right is not None
    assert right.person == site.learner().pk
    pane = site.client(site.learner()).post(address("preview_ticket", sandbox.id), {"path": "//evil.example"})
    assert parse_qs(urlsplit(pane.json()["url"]).query)["to"] == ["/"]


def test_nobody_else_is(site: Site, sandbox: Sandbox) -> None:
    """Another learner and a grader find nothing, a stranger is asked to sign in, a site without previews has none."""
    for person in (site.learner("meera"), site.grader()):
        assert site.client(person).get(address("open_preview", sandbox.id)).status_code == 404
        for name in ("preview_ticket", "share_preview", "withdraw_preview"):
            assert site.client(person).post(address(name, sandbox.id)).status_code == 404
    assert site.client().get(address("open_preview", sandbox.id))["Location"].startswith("/accounts/")
    assert site.client().post(address("preview_ticket", sandbox.id)).status_code == 404
    owner = site.client(site.learner())
    assert owner.get(address("open_preview", uuid4())).status_code == 404
    assert owner.get(address("open_preview", sandbox.id, 70_000)).status_code == 404
    assert owner.get(address("preview_ticket", sandbox.id)).status_code == 405


def test_a_site_without_a_domain_has_no_previews(site: Site, sandbox: Sandbox, settings: Settings) -> None:
    """Neither the address nor the button."""
    settings.PREVIEW_DOMAIN = None
    owner = site.client(site.learner())
    assert owner.get(address("open_preview", sandbox.id)).status_code == 404
    page = owner.get("/courses/fixture-course/first-steps/")
    assert b"preview-tab" not in page.content


def test_a_share_opens_one_port_until_it_is_withdrawn(site: Site, sandbox: Sandbox) -> None:
    """One link at a time; when it ends its visitors' passes are none, and its learner's is one still."""
    owner = site.client(site.learner())
    first = owner.post(address("share_preview", sandbox.id)).json()
    assert first["minutes"] == 60
    second = owner.post(address("share_preview", sandbox.id)).json()
    share = Share.objects.get()
    assert first["url"] != second["url"]
    assert second["url"].endswith(share.id.hex)
    place = Place(sandbox.id, PORT)
    visitor = Pass(place, share=share.id)
    assert selectors.door_of(right=visitor) == Door(local_engine().socket, sandbox.machine)
    assert selectors.door_of(right=Pass(Place(sandbox.id, PORT + 1), share=share.id)) is None
    assert owner.post(address("withdraw_preview", sandbox.id)).status_code == 204
    assert selectors.door_of(right=visitor) is None
    assert selectors.door_of(right=Pass(place, person=site.learner().pk)) is not None


def test_a_share_ends_by_itself(site: Site, sandbox: Sandbox) -> None:
    """At the moment that it was made for."""
    place = Place(sandbox.id, PORT)
    share = services.share(place=place)
    Share.objects.update(ends_at=timezone.now())
    assert selectors.door_of(right=Pass(place, share=share.id)) is None


def test_a_pass_follows_its_machine(site: Site, sandbox: Sandbox) -> None:
    """A machine that sleeps has a closed door; one that is gone or another's has none."""
    right = Pass(Place(sandbox.id, PORT), person=site.learner().pk)
    Sandbox.objects.update(state=State.SUSPENDED)
    door = selectors.door_of(right=right)
    assert door is not None
    assert not door.is_open
    Sandbox.objects.update(owner=site.learner("meera"), state=State.READY)
    assert selectors.door_of(right=right) is None
    Sandbox.objects.update(owner=site.learner(), state=State.GONE)
    assert selectors.door_of(right=right) is None
