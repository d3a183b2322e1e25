"""Whose a machine is decides what it may use: when it starts, when a warm one is claimed, and when it is let in."""

import pytest
from pytest_django import Settings

from slipway.accounts.models import CourseRole, Role, User
from slipway.engine.port import MEBIBYTE, Amount
from slipway.sandboxes import actions, line, policies, policy, tasks
from slipway.sandboxes.advance import advance
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.policy import Kind, Policy, parse
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import REAL_COMMITS, World, local_engine, make_learner, make_lesson

pytestmark = REAL_COMMITS
GUESTS = policy.Role.GUEST


@pytest.fixture
def filled(world: World) -> World:
    """Give an installation with a lesson and a full pool."""
    make_lesson()
    tasks.keep_pool()
    world.queue.work_off()
    return world


def _opened(world: World, user: User) -> Sandbox:
    sandbox = actions.open_sandbox(user=user, course="docker", image="lab-docker")
    world.queue.work_off()
    sandbox.refresh_from_db()
    return sandbox


def _guest() -> User:
    return User.objects.create(username="guest-1", is_guest=True)


def test_a_person_s_role_follows_from_account_and_course(world: World) -> None:
    """A guest, a learner, and who grades, writes or administers."""
    grader, admin = make_learner("grader"), User.objects.create(username="admin", is_staff=True)
    CourseRole.objects.create(user=grader, course="docker", role=Role.GRADER)
    people = [_guest(), make_learner(), grader, admin]
    roles = [policies.role_of(user=user, course="docker") for user in people]
    assert roles == ["guest", "learner", "staff", "staff"]
    assert policies.role_of(user=grader, course="linux") == "learner"


def test_a_warm_machine_gets_its_learners_limits(filled: World, settings: Settings) -> None:
    """What can be changed is changed when it is claimed, and noted."""
    settings.POLICIES = parse("[role.guest]\nmemory_mebibytes = 300\ncpus = 0.5\n", Policy())
    warm = set(Sandbox.objects.filter(owner=None).values_list("machine", flat=True))
    sandbox = _opened(filled, _guest())
    assert sandbox.machine in warm
    limits = filled.engine.spec_of(sandbox.machine).limits
    assert (limits.memory_bytes, limits.cpus, limits.pids) == (300 * MEBIBYTE, 0.5, 512)
    assert (sandbox.role, sandbox.policy["memory_mebibytes"]) == ("guest", 300)


def test_who_needs_what_no_warm_machine_has_gets_one_made(filled: World, settings: Settings) -> None:
    """The size of a disk cannot be changed; the pool stays for the others."""
    settings.POLICIES = parse("[role.guest]\ndisk_mebibytes = 512\n", Policy())
    sandbox = _opened(filled, _guest())
    assert sandbox.state == State.READY
    assert filled.engine.spec_of(sandbox.machine).limits.disk_bytes == 512 * MEBIBYTE
    assert Sandbox.objects.filter(owner=None, state=State.READY).count() == 2


def test_a_machine_that_cannot_be_given_the_limits_is_not_given_to_a_learner(filled: World, settings: Settings) -> None:
    """It uses more already: the learner gets another one, with the limits that are meant."""
    settings.POLICIES = parse("[role.guest]\nmemory_mebibytes = 256\n", Policy())
    for warm in Sandbox.objects.filter(owner=None):
        filled.engine.busy[warm.machine] = Amount(memory_bytes=300 * MEBIBYTE)
    sandbox = _opened(filled, _guest())
    assert filled.engine.spec_of(sandbox.machine).limits.memory_bytes == 256 * MEBIBYTE
    assert sandbox.state == State.READY


def test_warm_machines_of_older_policies_leave_the_pool(filled: World, settings: Settings) -> None:
    """Only where what changed cannot be given to them when they are claimed."""
    before = set(Sandbox.objects.filter(owner=None).values_list("machine", flat=True))
    settings.POLICIES = parse("[default]\ncpus = 2\n", Policy())
    tasks.keep_pool()
    filled.queue.work_off()
    assert set(Sandbox.objects.filter(owner=None).values_list("machine", flat=True)) == before
    sandbox = _opened(filled, make_learner())
    assert filled.engine.spec_of(sandbox.machine).limits.cpus == 2
    settings.POLICIES = parse("[default]\nopen_files = 2048\n", Policy())
    tasks.keep_pool()
    filled.queue.work_off()
    assert not before & set(Sandbox.objects.filter(owner=None).values_list("machine", flat=True))


def test_room_is_counted_by_each_one_s_policy(world: World, settings: Settings) -> None:
    """A guest's small machine is promised less memory than a learner's, and so is its disk."""
    settings.POLICIES = parse("[role.guest]\nmemory_mebibytes = 256\ndisk_mebibytes = 256\n", Policy())
    world.queue.work_off()
    row = local_engine()
    tasks.reconcile()
    row.refresh_from_db()
    needs = line.host_of(row).needs
    learner, guest = needs[Kind("lab-docker")], needs[Kind("lab-docker", GUESTS)]
    assert (learner.memory_bytes // guest.memory_bytes, learner.disk_bytes // guest.disk_bytes) == (3, 8)


def test_a_guest_who_signed_up_has_a_learner_s_limits_with_the_next_start(world: World, settings: Settings) -> None:
    """The role is looked at when a lesson is opened; a machine that runs keeps what it has."""
    settings.POLICIES = parse("[role.guest]\npids = 200\n", Policy())
    guest = _guest()
    sandbox = _opened(world, guest)
    assert world.engine.spec_of(sandbox.machine).limits.pids == 200
    guest.is_guest = False
    guest.save()
    assert _opened(world, guest).role == "learner"
    assert world.engine.spec_of(sandbox.machine).limits.pids == 200
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    actions.resume(sandbox=sandbox)
    advance(sandbox_id=sandbox.id)
    assert world.engine.spec_of(sandbox.machine).limits.pids == 512


def test_a_policy_that_no_engine_can_keep_fails_with_a_sentence(world: World, settings: Settings) -> None:
    """The page says what is missing, and who can bring it."""
    settings.POLICIES = parse('[default]\nruntime = "runsc"\n', Policy())
    sandbox = _opened(world, make_learner())
    assert sandbox.state == State.FAILED
    assert "no runtime 'runsc'" in sandbox.failure
