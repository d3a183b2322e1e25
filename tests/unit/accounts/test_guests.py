"""Guests: one click in, and everything kept on sign-up."""

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from slipway.accounts.models import Language, User
from tests.unit.site import COURSE, PASSWORD, Site

LESSON = f"/courses/{COURSE}/first-steps/"
SIGN_UP = {"username": "meera", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def start(client: Client, following: str = LESSON) -> User:
    """Become a guest in this browser."""
    response = client.post("/accounts/guest/", {"next": following})
    assert response.status_code == 302
    return User.objects.get(id=client.session["_auth_user_id"])


def test_one_click_makes_a_guest_and_leads_on(site: Site) -> None:
    """The guest has a name to be seen by and no way to sign in."""
    client = site.client()
    client.cookies["language"] = "hi-Latn"
    guest = start(client)
    assert guest.is_guest
    assert str(guest).startswith("Guest ")
    assert guest.language == Language.HINGLISH
    assert not guest.has_usable_password()


def test_a_guest_is_never_made_by_reading(site: Site) -> None:
    """GET makes nobody."""
    assert site.client().get("/accounts/guest/").status_code == 405


def test_a_second_click_makes_no_second_guest(site: Site) -> None:
    """Who is signed in already goes on as the same person."""
    client = site.client()
    first = start(client)
    assert start(client) == first


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_next_stays_on_this_site(site: Site, address: str) -> None:
    """Another site's address leads to the catalogue."""
    assert site.client().post("/accounts/guest/", {"next": address})["Location"] == "/"


def test_too_many_guests_of_one_address_are_told_what_to_do(site: Site, settings: LazySettings) -> None:
    """Beyond the limit comes a sentence, not another guest."""
    settings.ACCOUNT_RATE_LIMITS = {"guest": "2/h/ip"}
    for _ in range(2):
        start(site.client())
    response = site.client().post("/accounts/guest/")
    assert response.status_code == 429
    assert "Sign up, which works right away" in response.content.decode()
    assert User.objects.filter(is_guest=True).count() == 2


def test_a_guest_who_signs_up_stays_the_same_person(site: Site) -> None:
    """Row, attempt and progress are the same before and after."""
    client = site.client()
    guest = start(client)
    attempt = site.begin(guest)
    site.verdict(attempt, site.exercise(), passed=True)
    response = client.post("/accounts/sign-up/", {**SIGN_UP, "next": LESSON})
    assert response["Location"] == LESSON
    person = User.objects.get(username="meera")
    assert person.id == guest.id
    assert not person.is_guest
    assert str(person) == "meera"
    assert person.attempts.get() == attempt
    assert int(client.session["_auth_user_id"]) == guest.id


def test_after_sign_up_the_password_works(site: Site) -> None:
    """Who was a guest signs in from another browser."""
    client = site.client()
    start(client)
    client.post("/accounts/sign-up/", SIGN_UP)
    other = site.client()
    assert other.post("/accounts/sign-in/", {"login": "meera", "password": PASSWORD}).status_code == 302
    assert "_auth_user_id" in other.session


def test_sign_up_that_fails_leaves_the_guest_a_guest(site: Site) -> None:
    """A name that is taken is said at its field, and nothing is changed."""
    site.person("meera")
    client = site.client()
    guest = start(client)
    page = client.post("/accounts/sign-up/", SIGN_UP).content.decode()
    assert "already exists" in page
    assert User.objects.get(id=guest.id).is_guest


def test_sign_up_of_a_stranger_makes_a_person(site: Site) -> None:
    """Without a guest a new row is made."""
    client = site.client()
    assert client.post("/accounts/sign-up/", SIGN_UP).status_code == 302
    assert not User.objects.get(username="meera").is_guest


def test_a_guest_may_sign_in_to_an_account(site: Site) -> None:
    """The sign-in page is open to a guest and says what stays behind."""
    site.person("meera")
    client = site.client()
    guest = start(client)
    assert f"You are working as {guest}" in client.get("/accounts/sign-in/").content.decode()
    client.post("/accounts/sign-in/", {"login": "meera", "password": PASSWORD})
    assert User.objects.get(id=client.session["_auth_user_id"]).username == "meera"


def test_who_has_an_account_is_led_on(site: Site) -> None:
    """Sign-up and sign-in send away who is signed in with an account."""
    client = site.client(site.learner())
    assert client.get("/accounts/sign-in/")["Location"] == "/"
    assert client.get("/accounts/sign-up/")["Location"] == "/"


def test_a_guest_is_warned_before_signing_out(site: Site) -> None:
    """Signing out as a guest is asked about first."""
    client = site.client()
    start(client)
    assert "no way back to this work" in client.get("/accounts/sign-out/").content.decode()
    client.post("/accounts/sign-out/")
    assert "_auth_user_id" not in client.session


def test_the_password_can_be_changed(site: Site) -> None:
    """The new password signs in."""
    learner = site.learner()
    form = {"oldpassword": PASSWORD, "password1": "slip-1-in-16-way", "password2": "slip-1-in-16-way"}
    assert site.client(learner).post("/accounts/password/", form).status_code == 302
    learner.refresh_from_db()
    assert learner.check_password("slip-1-in-16-way")


@pytest.mark.parametrize("address", ["email/", "password/reset/", "login/", "confirm-email/", "reauthenticate/"])
def test_what_slipway_does_not_use_is_not_there(site: Site, address: str) -> None:
    """Pages of allauth that were not made ours do not exist."""
    assert site.client(site.learner()).get(f"/accounts/{address}").status_code == 404
