"""The warm pool: machines without an owner that wait, ready, so that a learner need not."""

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from slipway.courses.models import Lesson
from slipway.engine import port
from slipway.sandboxes import demand, engines, images, leases, line, names, policies, services
from slipway.sandboxes.models import Engine, PlannedClass, Sandbox
from slipway.sandboxes.policy import Kind, Policy
from slipway.sandboxes.states import State

# A warm machine that failed keeps its place for this long, so that a broken image is not started again without pause.
FAILED_KEEPS_ITS_PLACE = timedelta(minutes=1)
# So long after an arrival its learner's page and shell have the processors to themselves, unless the pool is empty.
REFILL_WAITS = timedelta(seconds=2)
_ALIVE = ["/opt/slipway/busybox", "true"]


def claim(*, sandbox: Sandbox, row: Engine) -> bool:
    """Give a requested sandbox a warm machine of this engine, if one is alive; tell whether.

    Raise `EngineUnreachableError` when the engine does not answer, and `ImageMissingError`.
    """
    if not policies.fits_pool(sandbox.kind):
        return False
    engine, policy = engines.connect(row.socket), policies.of(sandbox.kind)
    warm = Sandbox.objects.filter(owner=None, engine=row, image=sandbox.image, tag=images.tag_of(sandbox.image))
    for machine in warm.filter(state=State.READY).order_by("state_at"):
        with leases.hold(f"sandbox-{machine.id}") as is_ours:
            if is_ours and _is_fit(engine, machine, policy) and take(machine, sandbox, policy):
                machine.delete()
                return True
    return False


def _is_fit(engine: port.Engine, warm: Sandbox, policy: Policy) -> bool:
    """Tell whether a warm machine lives and has the limits that its learner's are to have, or was given them."""
    try:
        if _is_as_wanted(warm) and engine.run(warm.machine, _ALIVE, timeout_seconds=5).exit_status == 0:
            if warm.policy != policy.noted:
                engine.limit_machine(warm.machine, policy.limits)
            return True
    except port.EngineUnreachableError:
        raise
    except port.EngineError:
        pass  # whatever it is, this machine is not one to give to a learner
    services.move(sandbox=warm, sources=frozenset({State.READY}), to=State.REMOVING)
    return False


def _is_as_wanted(warm: Sandbox) -> bool:
    """Tell whether a warm machine was started with what its policy says today of what cannot be changed any more."""
    return all(warm.policy.get(name) == value for name, value in policies.of_pool(warm.image).fixed.items())


def take(warm: Sandbox, sandbox: Sandbox, policy: Policy) -> bool:
    """Give the warm machine to the requested sandbox in one step; tell whether nobody else was faster."""
    machine = {name: getattr(warm, name) for name in ("machine", "engine_id", "tag", "boot", "generation")}
    machine["policy"] = policy.noted
    requested = frozenset({State.REQUESTED})
    # Nobody but another claim has an eye on it, so it is not told; its row is worth nothing from now on.
    in_pool = Sandbox.objects.filter(id=warm.id, owner=None, state=State.READY, state_at=warm.state_at)
    with transaction.atomic():
        is_taken = bool(in_pool.update(state=State.GONE, state_at=timezone.now(), machine="")) and services.move(
            sandbox=sandbox, sources=requested, to=State.READY, failure="", **machine
        )
        if not is_taken:
            transaction.set_rollback(True)  # the machine stays in the pool
    return is_taken


def wanted_images() -> dict[str, str]:
    """Return the images that listed lessons use and that are built, name to tag."""
    used = Lesson.objects.filter(is_listed=True, course__is_listed=True).order_by().values_list("image", flat=True)
    built = images.tags()
    return {image: built[image] for image in sorted(set(used)) if image in built}


def targets(*, row: Engine) -> dict[str, int]:
    """Return how many machines of each wanted image are to be warm on this engine."""
    now = timezone.now()
    came = Sandbox.objects.filter(engine=row, owner__isnull=False, requested_at__gt=now - demand.LOOK_BACK)
    arrivals = list(came.values_list("image", "requested_at"))
    soon = PlannedClass.objects.filter(starts_at__lt=now + demand.BEFORE, starts_at__gt=now - demand.AFTER)
    planned = list(soon.values_list("lesson__image", "learners"))
    shared_by = max(1, engines.taking().count())
    return {
        image: demand.target(
            [at for name, at in arrivals if name == image],
            now=now,
            planned=-(-sum(learners for name, learners in planned if name == image) // shared_by),
            least=settings.POOL_SIZE,
            most=settings.POOL_MOST,
        )
        for image in wanted_images()
    }


def retire(*, row: Engine) -> list[Sandbox]:
    """Move warm machines that nobody will want (old image, failed, too many) towards their end; return them.

    Where the engine is short of room all of them go: they are the first. The engine was measured before.
    """
    wanted, most = wanted_images(), dict.fromkeys(images.tags(), 0)
    if row.state == Engine.State.OPEN and not line.is_short(line.host_of(row)):
        most |= targets(row=row)
    surplus: list[Sandbox] = []
    kept = dict.fromkeys(wanted, 0)
    for warm in _warm(row).filter(state__in=[State.READY, State.FAILED]):
        if wanted.get(warm.image) == warm.tag and kept[warm.image] < most[warm.image] and not _is_spent(warm):
            kept[warm.image] += 1
        elif services.move(sandbox=warm, sources=frozenset({State(warm.state)}), to=State.REMOVING):
            surplus.append(warm)
    return surplus


def _is_spent(warm: Sandbox) -> bool:
    if warm.state == State.FAILED:
        return warm.state_at < timezone.now() - FAILED_KEEPS_ITS_PLACE
    return not _is_as_wanted(warm)


def refill(*, row: Engine) -> Sandbox | None:
    """Return a new warm machine to be brought on, unless none is missing, or a learner waits.

    While one has just arrived the pool is filled only where it is empty. The engine was measured before.
    """
    if row.state != Engine.State.OPEN:
        return None
    if Sandbox.objects.filter(owner__isnull=False, state__in=[State.REQUESTED, State.PREPARING]).exists():
        return None
    has_arrival = _has_arrival(row)
    for image, (tag, left) in missing(row=row).items():
        if not (left and has_arrival):
            now, machine = timezone.now(), names.new_machine()
            return Sandbox.objects.create(
                image=image, tag=tag, engine=row, machine=machine, state=State.PREPARING, admitted_at=now
            )
    return None


def missing(*, row: Engine) -> dict[str, tuple[str, int]]:
    """Return the images of which more machines are to be warm and have room: each with its tag and how many are left.

    The engine was measured before.
    """
    host, most = line.host_of(row), targets(row=row)
    taken = Counter(_warm(row).exclude(state=State.REMOVING).values_list("image", "tag"))
    return {
        image: (tag, taken[image, tag])
        for image, tag in wanted_images().items()
        if taken[image, tag] < most[image] and host.has_room_for(Kind(image), demand.ROOM_TO_MAKE)
    }


def _has_arrival(row: Engine) -> bool:
    since = timezone.now() - REFILL_WAITS
    return Sandbox.objects.filter(engine=row, owner__isnull=False, state=State.READY, state_at__gt=since).exists()


def _warm(row: Engine) -> QuerySet[Sandbox]:
    return Sandbox.objects.filter(owner=None, engine=row).exclude(state=State.GONE).select_related("engine")
