"""A thousand sandboxes come and go, and nothing of them is left."""

from slipway.sandboxes import actions
from slipway.sandboxes.advance import advance
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import REAL_COMMITS, World, make_learner, make_sandbox

pytestmark = REAL_COMMITS
SANDBOXES = 1000


def test_a_thousand_sandboxes_leave_nothing(world: World) -> None:
    """No machine, no disk, no task, and no row but the one that tells when it was gone."""
    learner = make_learner()
    for _ in range(SANDBOXES):
        sandbox = advance(sandbox_id=make_sandbox(learner).id)
        assert sandbox is not None
        actions.remove(sandbox=sandbox)
        world.queue.work_off()
    assert not Sandbox.objects.exclude(state=State.GONE).exists()
    assert (world.engine.machines(), world.engine.disks(), world.queue.sent) == ([], [], [])
