"""A guest reaches neither another guest nor the browser of whoever looks: the command's own list, on a real site."""

import json

import pytest

from slipway.escape import application, report, terminal
from slipway.escape.attempts import Outcome, Proof, Result
from tests.instance import Instance

pytestmark = pytest.mark.browser


def test_every_attempt_at_the_site_is_held(instance: Instance) -> None:
    """Each is made by a real guest beside another one, or drawn by Chromium, and its control shows that it can work."""
    done = instance.command(
        "doctor", "--escape", application.FAMILY, terminal.FAMILY, "--controls", "--json", check=False
    )
    results = [Result(**fields) for fields in json.loads(done.stdout)["results"]]
    assert len(results) == len(application.ATTEMPTS) + len(terminal.ATTEMPTS)
    failed = [
        report.line(result) for result in results if result.outcome != Outcome.HELD or result.proof != Proof.WORKS
    ]
    assert not failed, "\n".join(failed)
    assert done.returncode == 0
