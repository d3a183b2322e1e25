"""What a real machine finds again: after packing, its containers, and what its terminal showed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from slipway.engine.programs import command
from slipway.sandboxes import actions, scrollback, tasks
from slipway.sandboxes.models import Keeping, Sandbox
from slipway.sandboxes.states import State
from tests.engine.lifecycle.conftest import Place
from tests.engine.terminal.link import PROMPT, Link
from tests.unit.sandboxes.world import REAL_COMMITS, make_learner, make_ready

pytestmark = [pytest.mark.engine, REAL_COMMITS]


def _after(place: Place, act: Callable[..., Sandbox], sandbox: Sandbox) -> None:
    act(sandbox=sandbox)
    place.queue.work_off()
    sandbox.refresh_from_db()


def _in_terminal(place: Place, sandbox: Sandbox, work: Callable[[Link], Awaitable[object]]) -> None:
    async def join() -> None:
        async with Link(place.container.socket, sandbox.machine) as link:
            await link.see(PROMPT)
            await work(link)

    asyncio.run(join())


def test_a_packed_machine_comes_back_as_it_was(place: Place) -> None:
    """Files, inner images, volumes and containers are there; packed it took a fraction of the room."""
    sandbox = make_ready(make_learner(), restarts=True)
    place.sh(
        sandbox.machine, "head -c 20000000 /dev/zero | tr '\\0' x >/root/big; sha256sum /root/big >/root/sum; sync"
    )
    place.sh(
        sandbox.machine, "docker volume create kept; docker create --name idle nginx; docker run -d --name busy nginx"
    )
    _after(place, actions.suspend, sandbox)
    [before] = [disk for disk in place.engine.disks() if disk.name == sandbox.disk]
    Keeping.objects.update(pack_at=timezone.now())
    tasks.pack()
    place.queue.sent.clear()
    sandbox.refresh_from_db()
    [after] = [disk for disk in place.engine.disks() if disk.name == sandbox.disk]
    assert (sandbox.state, after.is_packed, after.used_bytes * 3 < before.used_bytes) == (State.ARCHIVED, True, True)
    _after(place, actions.resume, sandbox)
    assert sandbox.state == State.READY
    names = "docker ps -a --format '{{.Names}} {{.State}}' | sort; docker volume ls -q"
    assert place.sh(sandbox.machine, f"sha256sum -c /root/sum; {names}").splitlines() == [
        "/root/big: OK",
        "busy running",
        "idle created",
        "kept",
    ]


def test_a_terminal_is_found_again_and_its_output_is_use(place: Place) -> None:
    """What the last shell showed is kept for the next one; what it prints is seen without a page."""
    sandbox = make_ready(make_learner())
    _in_terminal(place, sandbox, lambda link: link.run("echo what-was-$((40 + 2))"))
    told = place.engine.run(sandbox.machine, command("activity")).stdout
    assert datetime.now(UTC) - datetime.fromtimestamp(float(told), UTC) < timedelta(seconds=20)
    _after(place, actions.suspend, sandbox)
    _after(place, actions.resume, sandbox)
    past = scrollback.past_of(sandbox_id=sandbox.id, terminal="1", boot="0" * 16)
    assert past is not None
    assert b"what-was-42\r\n" in past.output
