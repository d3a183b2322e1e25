"""Which machines have a relay, and which of them lead to each other. `peer` is pure."""

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings

from slipway.sandboxes import policies
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State


class Way(NamedTuple):
    """One start of a learner's machine, and what it may reach: names, and with `is_internal` its learner's others.

    Two are equal only for the same owner, the same disk and the same start. So one from before leads nowhere.
    """

    socket: str
    machine: str
    owner: int
    course: str
    generation: int
    boot: int
    names: tuple[str, ...]
    is_internal: bool


def present(*, owner: int | None = None) -> list[Way]:
    """Return the ready machines on this process's engine that may reach something, all or one learner's, oldest first.

    None is of the pool.
    """
    ready = Sandbox.objects.select_related("engine").filter(
        owner__isnull=False, state=State.READY, engine__name=settings.ENGINE_NAME
    )
    if owner is not None:
        ready = ready.filter(owner=owner)
    return [
        _way(sandbox, sandbox.engine.socket, sandbox.owner_id)
        for sandbox in ready.order_by("state_at")
        if sandbox.engine and sandbox.owner_id and policies.of(sandbox.kind).has_relay
    ]


def _way(sandbox: Sandbox, socket: str, owner: int) -> Way:
    policy = policies.of(sandbox.kind)
    return Way(
        socket=socket,
        machine=sandbox.machine,
        owner=owner,
        course=sandbox.course,
        generation=sandbox.generation,
        boot=sandbox.boot,
        names=policy.egress,
        is_internal=policy.internal,
    )


def peer(asking: Way, course: str, ways: Iterable[Way]) -> Way | None:
    """Return the machine of the same learner that a course's name leads to, in lower case; None where it leads nowhere.

    `ways` are those that are present now: whoever asks must be one of them. Of two machines in one course, which are
    there while one takes the other's place, it is the later one.
    """
    found = list(ways)
    if not asking.is_internal or asking not in found:
        return None
    others = [each for each in found if each.is_internal and each.owner == asking.owner]
    return next((each for each in reversed(others) if each.course.lower() == course), None)
