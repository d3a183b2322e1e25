"""What a machine finds again: what its terminals showed, and the containers that ran, where the lesson says so."""

import base64
import json
from collections.abc import Sequence

import pytest

from slipway.engine.fake import FakeMachine, ok
from slipway.engine.port import ExecResult
from slipway.sandboxes import actions, scrollback
from slipway.sandboxes.models import Sandbox, Scrollback
from slipway.sandboxes.states import State
from tests.unit.sandboxes.world import REAL_COMMITS, World, make_learner, make_ready

pytestmark = REAL_COMMITS
IDS = ["a" * 64, "b" * 64]


class Inside:
    """The programs that look into the machine, played."""

    def __init__(self, world: World, **answers: bytes) -> None:
        self.answers = answers
        self.started: list[str] = []
        world.engine.programs["/opt/slipway/python"] = self

    def __call__(self, machine: FakeMachine, argv: Sequence[str]) -> ExecResult:
        """Answer as the program does whose text was sent along."""
        if argv[-1] == "list":
            return ok(self.answers.get("running", json.dumps(IDS).encode()))
        if "start" in argv:
            self.started = list(argv[argv.index("start") + 1 :])
            return ExecResult(0, b"", b"bbbb: no such network")
        return ok(self.answers.get("terminals", json.dumps({"1": base64.b64encode(b"$ ls\r\n").decode()}).encode()))


def _sleep(world: World, sandbox: Sandbox) -> None:
    actions.suspend(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()


def _wake(world: World, sandbox: Sandbox) -> None:
    actions.resume(sandbox=sandbox)
    world.queue.work_off()
    sandbox.refresh_from_db()
    assert sandbox.state == State.READY


@pytest.mark.parametrize("restarts", [True, False])
def test_containers_run_again_when_the_lesson_says_so(world: World, restarts: bool) -> None:  # noqa: FBT001
    """In the order in which they were made; one that does not start keeps nobody from the machine."""
    inside = Inside(world)
    sandbox = make_ready(make_learner(), restarts=restarts)
    _sleep(world, sandbox)
    _wake(world, sandbox)
    assert (inside.started, sandbox.running) == (IDS if restarts else [], [])


@pytest.mark.parametrize("answer", [b"", b"{}", b"[1, null]", b'["--all", "a b"]', b"[" * 100_000])
def test_a_machine_that_answers_nonsense_has_no_containers(world: World, answer: bytes) -> None:
    """Only ids are ever handed back to the machine."""
    inside = Inside(world, running=answer, terminals=answer)
    sandbox = make_ready(make_learner(), restarts=True)
    _sleep(world, sandbox)
    _wake(world, sandbox)
    assert (inside.started, Scrollback.objects.count()) == ([], 0)


def test_the_first_shell_since_then_shows_what_was_there(world: World) -> None:
    """The next page with that shell too; a shell after it not."""
    Inside(world)
    sandbox = make_ready(make_learner())
    _sleep(world, sandbox)
    _wake(world, sandbox)
    shown = [
        scrollback.past_of(sandbox_id=sandbox.id, terminal=terminal, boot=boot)
        for terminal, boot in (("1", "first"), ("1", "first"), ("1", "second"), ("2", "third"))
    ]
    assert [past.output if past else None for past in shown] == [b"$ ls\r\n", b"$ ls\r\n", None, None]


def test_what_is_kept_is_bounded(world: World) -> None:
    """Of each terminal the last of what it printed; names that are no terminal's are dropped."""
    told = {name: base64.b64encode(b"x" * 70_000 + name.encode()).decode() for name in ("1", "2", "9", "10", "../5")}
    Inside(world, terminals=json.dumps(told).encode()[: 512 * 1024])
    sandbox = make_ready(make_learner())
    _sleep(world, sandbox)
    kept = {row.terminal: bytes(row.output) for row in Scrollback.objects.all()}
    assert list(kept) == ["1", "2", "9"]
    assert all(len(output) == scrollback.MAX_BYTES and output.endswith(name.encode()) for name, output in kept.items())


def test_what_no_shell_has_shown_yet_is_kept(world: World) -> None:
    """A machine that was woken for a check had no shell: its learner still finds what was there."""
    inside = Inside(world)
    sandbox = make_ready(make_learner())
    _sleep(world, sandbox)
    _wake(world, sandbox)
    inside.answers["terminals"] = b"{}"
    _sleep(world, sandbox)
    _wake(world, sandbox)
    past = scrollback.past_of(sandbox_id=sandbox.id, terminal="1", boot="first")
    assert past is not None
    assert past.output == b"$ ls\r\n"
    _sleep(world, sandbox)
    assert not Scrollback.objects.exists()


def test_a_reset_machine_remembers_nothing(world: World) -> None:
    """Another disk, another past."""
    Inside(world)
    sandbox = make_ready(make_learner(), restarts=True)
    _sleep(world, sandbox)
    actions.reset(sandbox=sandbox)
    world.queue.work_off()
    assert not Scrollback.objects.exists()


def test_what_was_noted_survives_a_worker_that_was_killed(world: World) -> None:
    """The machine is gone when the step is done again: what the first one noted counts."""
    Inside(world)
    sandbox = make_ready(make_learner(), restarts=True)
    _sleep(world, sandbox)
    Sandbox.objects.filter(id=sandbox.id).update(state=State.SUSPENDING)
    sandbox.refresh_from_db()
    _sleep(world, sandbox)
    assert (sandbox.state, sandbox.running, Scrollback.objects.count()) == (State.SUSPENDED, IDS, 1)
