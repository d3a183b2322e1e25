"""Which machines have a way out, and how programs in them and the process beside them come to know."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from slipway.accounts.models import User
from slipway.command.address import Address
from slipway.command.instance import Instance
from slipway.command.up import programs
from slipway.sandboxes import egress, ways
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.policy import Kind, Policy, PolicyError, Role, parse
from tests.unit.sandboxes.world import REAL_COMMITS, World, local_engine, make_learner, make_ready, make_sandbox

pytestmark = REAL_COMMITS
TEXT = '[role.learner]\negress = ["deb.example.org", "*.example.net"]\n'
NAMES = ("deb.example.org", "*.example.net")


def test_a_learners_running_machine_has_a_way_and_no_other(world: World, settings: Settings) -> None:
    """Neither a guest's whose policy names nothing, nor one that sleeps, nor one of the pool."""
    settings.POLICIES = parse(TEXT, Policy())
    learner = make_ready(make_learner())
    guest = make_ready(User.objects.create(username="guest-1", is_guest=True), role=Role.GUEST)
    Sandbox.objects.create(image="lab-docker", engine=local_engine(), machine="m-warm", state="ready")
    make_sandbox(make_learner("ravi"), state="suspended", machine="m-asleep", engine=local_engine())
    [way] = ways.present()
    assert (way.socket, way.machine, way.names) == (settings.ENGINE_SOCKET, learner.machine, NAMES)
    assert world.engine.spec_of(learner.machine).environment["https_proxy"] == "http://127.0.0.1:3128"
    assert world.engine.spec_of(guest.machine).environment == {}


def test_the_relay_is_one_text_that_needs_nothing_of_ours() -> None:
    """It is sent as an argument, of which Linux takes 128 KiB, to a Python without our code."""
    *_, text, host, port = egress.relay()
    assert (host, port) == ("0.0.0.0", "3128")  # noqa: S104
    assert "slipway" not in "".join(line for line in text.splitlines() if "import" in line)
    assert len(text) < 64 * 1024
    compile(text, "relay", "exec")


def test_the_process_runs_only_where_a_policy_allows_something(tmp_path: Path) -> None:
    """An installation without such a policy has nothing that could be led astray."""
    instance = Instance(tmp_path)
    instance.prepare()
    where = Address("127.0.0.1", 8000)
    assert "egress" not in {each.name for each in programs.programs(instance, where)}
    for text in (TEXT, "[image.lab-docker]\ninternal = true\n"):
        instance.policy.write_text(text)
        assert "egress" in {each.name for each in programs.programs(instance, where)}


def test_a_policy_with_names_is_read_and_noted_as_json_has_it() -> None:
    """A list is a list again when it was kept, so that a warm machine is known to be of this policy."""
    policy = parse(TEXT, Policy()).of(Kind("lab-docker"))
    assert policy.egress == NAMES
    assert (policy.noted["egress"], policy.fixed["egress"]) == (list(NAMES), list(NAMES))
    assert policy.fixed != replace(policy, egress=()).fixed
    for wrong in (
        '"deb.example.org"',
        '["*"]',
        '["10.0.0.1"]',
        '["https://a.example"]',
        "[1]",
        f"{['a.example'] * 101}",
    ):
        with pytest.raises(PolicyError, match="write at most 100 names"):
            parse(f"[default]\negress = {wrong}\n", Policy())
