"""A guest reaches neither another guest nor the browser of whoever looks: the command's own list, on a real site."""

import json

import pytest

from slipway.escape import application, report, run, terminal
from slipway.escape.attempts import Outcome, Proof, Result
from tests.instance import Instance

pytestmark = pytest.mark.browser
FAMILIES = (application.FAMILY, terminal.FAMILY)


@pytest.fixture(scope="module")
def results(instance: Instance) -> dict[str, Result]:
    """Make each attempt by a real guest beside another one, or have Chromium draw it, with its control."""
    found = run.on_site(instance.address, instance.home / "admin-password", FAMILIES, controls=True)
    return {f"{result.family}/{result.name}": result for result in found}


@pytest.mark.parametrize(
    "name",
    [*(f"{application.FAMILY}/{name}" for name in application.ATTEMPTS),
     *(f"{terminal.FAMILY}/{name}" for name in terminal.ATTEMPTS)],
)  # fmt: skip
def test_attempt_is_held(results: dict[str, Result], name: str) -> None:
    """It fails as it should, and gets in where it may."""
    result = results[name]
    assert (result.outcome, result.proof) == (Outcome.HELD, Proof.WORKS), report.line(result)


def test_the_command_goes_through_its_list(instance: Instance) -> None:
    """From its machines to the site: it ends well where all is held, and tells which machine that holds for."""
    done = instance.command("doctor", "--escape", "secrets", "checks", application.FAMILY, "--json")
    told = json.loads(done.stdout)
    families = {result["family"] for result in told["results"]}
    assert families == {"secrets", "checks", application.FAMILY}
    assert {result["outcome"] for result in told["results"]} == {"held"}
    assert all(word in told["machine"] for word in ("kernel", "cgroup v", "Docker Engine"))
