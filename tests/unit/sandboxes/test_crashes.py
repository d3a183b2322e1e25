"""Workers are killed anywhere, machines die, the engine goes away: nothing is left behind and no disk is lost."""

import contextlib
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from slipway.accounts.models import User
from slipway.sandboxes import actions, engines, reconcile, selectors, snapshots, tasks
from slipway.sandboxes.models import Keeping, Sandbox, Snapshot, StrayDisk
from slipway.sandboxes.services import SandboxError
from slipway.sandboxes.states import ASLEEP, MOVING, State
from tests.unit.sandboxes.crashing import CrashingEngine, KilledError
from tests.unit.sandboxes.world import REAL_COMMITS, World, make_learner, make_lesson, make_ready

pytestmark = REAL_COMMITS

ACTIONS: list[Callable[..., Sandbox]] = [
    actions.suspend,
    actions.resume,
    actions.reset,
    actions.remove,
    actions.retry,
]
MOMENTS = st.none() | st.integers(min_value=0, max_value=8)


class Lives(RuleBasedStateMachine):
    """Two learners, a pool, and everything that can go wrong."""

    world: World

    def __init__(self) -> None:
        """Begin with an installation where one learner has a machine and a snapshot of it, and the other nothing."""
        super().__init__()
        Sandbox.objects.all().delete()
        User.objects.all().delete()
        self.world.engine._machines.clear()
        self.world.engine._disks = {"template": {}}
        self.world.engine._packed = {}
        self.world.engine.is_reachable = True
        self.world.queue.sent.clear()
        self.engine = CrashingEngine(self.world.engine)
        engines.connect = lambda socket: self.engine  # type: ignore[assignment]
        self.learners = [make_learner("asha"), make_learner("ravi")]
        self.files: dict[tuple[str, int], set[str]] = {}
        self.open(0)
        self.world.queue.work_off()
        self.take_snapshot(0, Snapshot.Kind.NAMED)
        self.world.queue.work_off()

    def _sandbox(self, learner: int) -> Sandbox | None:
        return Sandbox.objects.exclude(state=State.GONE).filter(owner=self.learners[learner]).first()

    @rule(learner=st.integers(0, 1))
    def open(self, learner: int) -> None:
        """Open a lesson as a learner."""
        actions.open_sandbox(user=self.learners[learner], course="docker", image="lab-docker")

    @rule(learner=st.integers(0, 1), action=st.sampled_from(ACTIONS))
    def ask(self, learner: int, action: Callable[..., Sandbox]) -> None:
        """Press a button as a learner; a refusal is an answer, too."""
        if sandbox := self._sandbox(learner):
            with contextlib.suppress(SandboxError):
                action(sandbox=sandbox)

    @rule(learner=st.integers(0, 1), kind=st.sampled_from([Snapshot.Kind.START, Snapshot.Kind.NAMED]))
    def take_snapshot(self, learner: int, kind: Snapshot.Kind) -> None:
        """Ask for a snapshot."""
        if sandbox := self._sandbox(learner):
            with contextlib.suppress(SandboxError):
                tasks.send_snapshot(snapshots.request(sandbox=sandbox, kind=kind))

    @rule(learner=st.integers(0, 1), number=st.integers(0, 5))
    def go_back(self, learner: int, number: int) -> None:
        """Go back to a snapshot: all that is in it is in the machine then, and what is left stays as it is."""
        sandbox = self._sandbox(learner)
        found = selectors.snapshots_of(sandbox=sandbox) if sandbox else []
        if sandbox is None or number >= len(found):
            return
        target = found[number]
        victim = selectors.next_to_go(found, target=target)
        with contextlib.suppress(SandboxError):
            left = snapshots.go_back(
                sandbox=sandbox, target=target, exercise=None, removes=victim.id if victim else None
            )
            tasks.bring_on(sandbox)
            if left:
                copied = self._files_on(target.disk)
                self.files[sandbox.machine, sandbox.generation] = copied

    @rule(learner=st.integers(0, 1), path=st.sampled_from(["/a", "/b"]))
    def write(self, learner: int, path: str) -> None:
        """Write a file as a learner, if the machine answers."""
        sandbox = self._sandbox(learner)
        running = {name for name, machine in self.world.engine._machines.items() if machine.running}
        is_up = self.world.engine.is_reachable
        if is_up and sandbox and sandbox.state == State.READY and sandbox.machine in running:
            self.world.engine.run(sandbox.machine, ["touch", path])
            self.files.setdefault((sandbox.machine, sandbox.generation), set()).add(path)

    @rule(moments=MOMENTS)
    def work(self, moments: int | None) -> None:
        """Do the next task; a worker that is killed in it loses it."""
        if self.world.queue.sent:
            task, args, _ = self.world.queue.sent.pop(0)
            self._mortal(lambda: task(*args), moments)

    @rule(moments=MOMENTS)
    def keep_pool(self, moments: int | None) -> None:
        """Fill the pool, as far as the worker lives."""
        self._mortal(tasks.keep_pool, moments)

    @rule(moments=MOMENTS)
    def reconcile(self, moments: int | None) -> None:
        """Reconcile, as far as the worker lives."""
        self._mortal(lambda: tasks.reconcile(0), moments)

    @rule(moments=MOMENTS)
    def sweep_disks(self, moments: int | None) -> None:
        """Sweep the disks, as far as the worker lives."""
        self._mortal(tasks.sweep_disks, moments)

    @rule(moments=MOMENTS)
    def keep(self, moments: int | None) -> None:
        """Let the day come on which machines that sleep are packed, as far as the worker lives."""
        Keeping.objects.update(pack_at=timezone.now())
        self._mortal(tasks.keep, moments)

    @rule()
    def lose_broker(self) -> None:
        """Lose all tasks."""
        self.world.queue.sent.clear()

    @rule(number=st.integers(0, 3))
    def die(self, number: int) -> None:
        """Kill a machine's first process."""
        running = [name for name, machine in self.world.engine._machines.items() if machine.running]
        if number < len(running):
            self.world.engine.die(running[number])

    @rule()
    def pull_plug(self) -> None:
        """Take the engine away, or bring it back."""
        self.world.engine.is_reachable = not self.world.engine.is_reachable

    def _files_on(self, disk: str) -> set[str]:
        """Return the files on a disk, packed or not."""
        return set((self.world.engine._packed | self.world.engine._disks)[disk])

    def _mortal(self, work: Callable[[], None], moments: int | None) -> None:
        self.engine.moments_left = moments
        with contextlib.suppress(KilledError):
            work()
        self.engine.moments_left = None

    def teardown(self) -> None:
        """Let everything settle and compare."""
        self.world.engine.is_reachable = True
        for _ in range(3):
            tasks.reconcile(0)
            self.world.queue.work_off()
            tasks.sweep_disks()
        rows = list(Sandbox.objects.exclude(state=State.GONE))
        assert not [row for row in rows if row.state in MOVING]
        assert not [row.failure for row in rows if row.state == State.FAILED]
        live = {row.machine for row in rows if row.state == State.READY}
        assert {machine.name for machine in self.world.engine.machines() if machine.running} == live
        assert {machine.name for machine in self.world.engine.machines()} == live
        kept = list(Snapshot.objects.filter(state__in=Snapshot.LIVE))
        assert not [snapshot for snapshot in kept if snapshot.state == Snapshot.State.MAKING]
        disks = {disk.name for disk in self.world.engine.disks()}
        assert disks == {row.disk for row in rows} | {snapshot.disk for snapshot in kept}
        for snapshot in kept:
            if snapshot.kind == Snapshot.Kind.LEFT:
                place = (snapshot.sandbox.machine, snapshot.generation)
                assert self._files_on(snapshot.disk) == self.files.get(place, set())
        for row in rows:
            where = self.world.engine._packed if row.state == State.ARCHIVED else self.world.engine._disks
            assert set(where[row.disk]) == self.files.get((row.machine, row.generation), set())
        assert not list((self.world.home / "run" / "locks").iterdir())
        asleep = {row.id for row in rows if row.state in ASLEEP}
        assert set(Keeping.objects.exclude(sandbox__state=State.GONE).values_list("sandbox", flat=True)) == asleep
        assert not StrayDisk.objects.exists()


def test_whatever_happens_all_is_well_in_the_end(world: World) -> None:
    """Random lives with crashes between and around all calls of the engine."""
    make_lesson()
    lives = type("TheseLives", (Lives,), {"world": world})
    run_state_machine_as_test(
        lives,
        settings=settings(
            max_examples=10, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_no_row_counts_as_stuck_while_its_task_is_on_its_way(world: World) -> None:
    """A move of this moment is not sent again; one that waits in the line is not stuck at all."""
    sandbox = make_ready(make_learner())
    actions.suspend(sandbox=sandbox)
    actions.open_sandbox(user=make_learner("ravi"), course="docker", image="lab-docker")
    row = engines.local()
    assert not reconcile.stuck(row=row)
    assert reconcile.stuck(row=row, after=timedelta()) == [sandbox]
