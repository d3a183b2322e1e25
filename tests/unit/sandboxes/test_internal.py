"""Which machines reach each other: those of one learner, as they are now, where the policies of both say so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pytest_django import Settings

from slipway.accounts.models import User
from slipway.egress.request import RefusedError
from slipway.sandboxes import services, ways
from slipway.sandboxes.internal import OWN_PORTS, Exchange
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.policy import Kind, Policy, Role, parse
from slipway.sandboxes.states import State
from slipway.sandboxes.ways import Way, peer
from tests.unit.sandboxes.world import REAL_COMMITS, World, local_engine, make_learner, make_ready, make_sandbox

TEXT = "[role.learner]\ninternal = true\n"
WAYS = some.builds(
    Way,
    socket=some.just("engine.sock"),
    machine=some.sampled_from(["m-1", "m-2", "m-3"]),
    owner=some.integers(1, 3),
    course=some.sampled_from(["docker", "Redis"]),
    generation=some.integers(0, 1),
    boot=some.integers(1, 2),
    names=some.just(()),
    is_internal=some.booleans(),
)


@given(WAYS, some.sampled_from(["docker", "redis", "none"]), some.lists(WAYS, max_size=12), some.booleans())
def test_a_name_leads_to_ones_own_machines_alone(
    asking: Way,
    course: str,
    others: list[Way],
    is_there: bool,  # noqa: FBT001
) -> None:
    """Whoever is there: never to another learner's, from or to one without the policy, or from a past start."""
    present = [asking, *others] if is_there else others
    found = peer(asking, course, present)
    fit = [each for each in present if (each.owner, each.course.lower()) == (asking.owner, course) and each.is_internal]
    may_ask = asking.is_internal and asking in present
    assert found == (fit[-1] if may_ask and fit else None)
    if found:
        assert found.owner == asking.owner


def _sandboxes(world: World, settings: Settings) -> tuple[Sandbox, Sandbox]:
    settings.POLICIES = parse(TEXT, Policy())
    asha = make_learner()
    return make_ready(asha), make_ready(asha, course="redis")


@REAL_COMMITS
def test_whose_machines_there_are_is_read_as_it_is_now(world: World, settings: Settings) -> None:
    """No others', no guest's, none of the pool, none that sleeps; one that starts anew or changes hands is another."""
    one, other = _sandboxes(world, settings)
    ravi = make_learner("ravi")
    make_ready(ravi)
    make_ready(User.objects.create(username="guest-1", is_guest=True), role=Role.GUEST)
    Sandbox.objects.create(image="lab-docker", engine=local_engine(), machine="m-warm", state="ready")
    make_sandbox(one.owner, course="asleep", state="suspended", machine="m-asleep", engine=local_engine())
    assert one.owner_id is not None
    before = ways.present(owner=one.owner_id)
    assert [each.machine for each in before] == [one.machine, other.machine]
    asking, target = before
    assert peer(asking, "redis", before) == target
    services.request_reset(sandbox=one)
    now = ways.present(owner=one.owner_id)
    assert peer(asking, "redis", now) is None
    Sandbox.objects.filter(id=one.id).update(state=State.READY)
    assert peer(asking, "redis", ways.present(owner=one.owner_id)) is None
    Sandbox.objects.filter(id=other.id).update(owner=ravi)
    assert target not in ways.present()
    assert one.machine in {each.machine for each in ways.present()}
    assert peer(asking, "redis", ways.present(owner=one.owner_id)) is None
    assert world.engine.spec_of(one.machine).environment["http_proxy"] == "http://127.0.0.1:3128"


async def test_each_refusal_says_what_to_do() -> None:
    """Ports that are Slipway's or none, a machine that is not there, one whose relay is not there yet."""
    asking = Way("engine.sock", "m-1", 1, "docker", 0, 1, (), is_internal=True)
    target = asking._replace(machine="m-2", course="redis")
    theirs = target._replace(machine="m-3", course="theirs", owner=2)

    async def present(owner: int) -> list[Way]:
        return [asking, target, theirs]

    exchange = Exchange(present)
    for port in (0, 65_536, *OWN_PORTS):
        with pytest.raises(RefusedError, match="the ports 1 to 65535 can be reached, except 443 and 3128"):
            await exchange.connect(asking, "redis", port)
    for course in ("none", "theirs"):
        with pytest.raises(RefusedError, match="Open a lesson of that course"):
            await exchange.connect(asking, course, 6379)
    with pytest.raises(RefusedError, match="Open a lesson of that course"):
        await exchange.connect(asking._replace(boot=2), "redis", 6379)
    with pytest.raises(RefusedError, match="has just started"):
        await exchange.connect(asking, "redis", 6379)


def test_a_policy_says_whether_machines_reach_each_other() -> None:
    """It is kept like any field; a warm machine without it is none for whoever should have it."""
    policy = parse(TEXT, Policy()).of(Kind("lab-docker"))
    assert policy.internal
    assert policy.has_relay
    assert policy.fixed != replace(policy, internal=False).fixed
    assert not parse(TEXT, Policy()).of(Kind("lab-docker", Role.GUEST)).has_relay
