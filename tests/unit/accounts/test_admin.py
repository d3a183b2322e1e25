"""Django's admin, tidy."""

import pytest

from slipway.accounts.models import User
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.unit.site import Site


def test_the_admin_is_slipways(site: Site) -> None:
    """The site bears the name and lists every part."""
    admin = site.person("admin", is_staff=True, is_superuser=True)
    page = site.client(admin).get("/admin/").content.decode()
    assert "<title>Administration | Slipway</title>" in page
    for name in ("Users", "Course roles", "Sandboxes", "Attempts", "Check runs", "Lessons"):
        assert name in page


@pytest.mark.parametrize("address", ["accounts/user/", "accounts/courserole/", "accounts/courserole/add/"])
def test_its_lists_open(site: Site, address: str) -> None:
    """Lists and forms of people render."""
    admin = site.person("admin", is_staff=True, is_superuser=True)
    site.grader()
    assert site.client(admin).get(f"/admin/{address}").status_code == 200


def test_a_person_is_edited_with_their_roles(site: Site) -> None:
    """The form of a person shows roles in courses."""
    admin = site.person("admin", is_staff=True, is_superuser=True)
    page = site.client(admin).get(f"/admin/accounts/user/{site.grader().id}/change/").content.decode()
    assert "fixture-course" in page


def test_a_machine_is_removed_from_its_list(site: Site) -> None:
    """Its learner keeps the progress; the row stays until the engine has let the disk go."""
    admin = site.person("admin", is_staff=True, is_superuser=True)
    attempt = site.begin(site.learner())
    sandbox = site.ready(attempt)
    form = {"action": "remove", "_selected_action": [str(sandbox.id)]}
    page = site.client(admin).post("/admin/sandboxes/sandbox/", form, follow=True).content.decode()
    assert "Machines on their way out: 1." in page
    sandbox.refresh_from_db()
    assert sandbox.state == State.REMOVING


@pytest.mark.parametrize("state", [State.READY, State.GONE])
def test_a_learner_with_a_machine_can_be_deleted(site: Site, state: State) -> None:
    """Everything about them goes; what runs on the engine is then a stray, which reconcile removes."""
    admin = site.person("admin", is_staff=True, is_superuser=True)
    learner = site.learner()
    sandbox = site.ready(site.begin(learner))
    Sandbox.objects.filter(id=sandbox.id).update(state=state)
    site.client(admin).post(f"/admin/accounts/user/{learner.id}/delete/", {"post": "yes"})
    assert not User.objects.filter(id=learner.id).exists()
