"""Tickets and passes: who may see a preview, on which host, and for how long."""

import time
from uuid import uuid4

import pytest

from slipway.preview import passes
from slipway.preview.names import Domain, Place
from slipway.preview.passes import Pass

HERE = Place(uuid4(), 8080)
OWNER = Pass(HERE, person=7, language="hi")


def test_a_ticket_and_a_pass_say_the_same_and_are_not_each_other() -> None:
    """A word that was in an address is no cookie, and a cookie opens nothing from an address."""
    assert passes.of_ticket(OWNER.ticket(), HERE) == OWNER
    assert passes.of_cookies([OWNER.signed()], HERE) == OWNER
    assert passes.of_ticket(OWNER.signed(), HERE) is None
    assert passes.of_cookies([OWNER.ticket()], HERE) is None


def test_a_visitors_pass_names_its_share() -> None:
    """So that it ends with it."""
    visitor = Pass(HERE, share=uuid4())
    assert passes.of_cookies(["made-up", visitor.signed()], HERE) == visitor


@pytest.mark.parametrize("there", [Place(HERE.sandbox_id, 8081), Place(uuid4(), 8080)])
def test_it_is_for_one_place(there: Place) -> None:
    """Another port of the machine, or another machine, is another preview."""
    assert passes.of_ticket(OWNER.ticket(), there) is None
    assert passes.of_cookies([OWNER.signed()], there) is None


def test_a_changed_word_is_none() -> None:
    """Whatever a browser sends, only our own words count."""
    for word in (OWNER.signed()[:-1], "x" + OWNER.signed(), "", "::", "a" * 10_000):
        assert passes.of_cookies([word], HERE) is None


def test_both_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticket within a minute, a pass within half a day."""
    ticket, cookie = OWNER.ticket(), OWNER.signed()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + passes.TICKET_SECONDS + 2)
    assert passes.of_ticket(ticket, HERE) is None
    assert passes.of_cookies([cookie], HERE) == OWNER
    monkeypatch.setattr(time, "time", lambda: now + passes.PASS_SECONDS + 2)
    assert passes.of_cookies([cookie], HERE) is None


def test_the_cookie_is_this_hosts_alone() -> None:
    """No script reads it, no other host has set it, and in the pane it is kept for our page alone."""
    secure = passes.cookie(Domain.of("https://preview.learn.example"), "word", 60)
    assert secure == ("__Host-slipway-preview=word; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=None; Partitioned")
    assert passes.cookie(Domain.of("http://preview.learn.example"), "word", 60).endswith("HttpOnly; SameSite=Lax")
