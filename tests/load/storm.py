"""A class that presses Start in the same second, while others work: how long until all can, and who feels it."""

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

import requests
from django.utils import timezone

from slipway.engine.docker_engine import DockerEngine
from slipway.sandboxes import images, line
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.instance import wait_for
from tests.load.bare_sdk import BareSdk
from tests.load.estimates import Estimates
from tests.load.measure import Outcome, percentile
from tests.load.neighbours import Neighbour, neighbour, typing
from tests.load.stage import Stage

LEARNERS = 50
OTHERS = 5
PRESSED_WITHIN_SECONDS = 1.0
FLOOR_AT_ONCE = (2, 3, 4, 6)
QUIET_SECONDS = 5.0
PAGE_EVERY_SECONDS = 0.5
READY_WITHIN_SECONDS = 180.0
TOTAL_RATIO = 1.15
PAGE_GOAL_MILLISECONDS = 150
ECHO_RATIO = 2.0
ESTIMATES_EVERY_SECONDS = 0.5
ESTIMATES_HELD = 0.9


def storm(stage: Stage) -> Outcome:
    """Let all press Start, without a pool; the floor is a bare script at best concurrency beside the same others."""
    stage.without_pool()
    others = [neighbour(stage) for _ in range(OTHERS)]
    noted: list[float] = []
    with _reading(stage, others, noted), typing(stage.instance.address, others):
        time.sleep(QUIET_SECONDS)
        before = [echo for other in others for echo in other.echoes]
        noted.clear()
        for other in others:
            other.echoes.clear()
        total, held = _press_start(stage)
        echoes = [echo for other in others for echo in other.echoes]
        pages = list(noted)
        left = Sandbox.objects.exclude(state=State.GONE).exclude(owner__in=[other.user for other in others])
        wait_for("an engine without the class", lambda: not left.exists(), seconds=300)
        floors = {at_once: _bare(stage, at_once) for at_once in FLOOR_AT_ONCE}
    for other in others:
        stage.give_back(other.user)
    best = min(floors, key=lambda at_once: floors[at_once])
    stage.with_pool()
    echo_ratio = percentile(echoes, 0.95) / percentile(before, 0.95)
    page = percentile(pages, 0.95)
    return Outcome(
        measure="storm",
        unit="s",
        values=[total],
        floors=[floors[best]],
        goal=f"all ready within {TOTAL_RATIO} x the floor; the others' pages p95 at most {PAGE_GOAL_MILLISECONDS} ms,"
        f" their echo p95 at most {ECHO_RATIO:g} x before; {ESTIMATES_HELD:.0%} of the estimates within half",
        met=total <= TOTAL_RATIO * floors[best]
        and page <= PAGE_GOAL_MILLISECONDS
        and echo_ratio <= ECHO_RATIO
        and held >= ESTIMATES_HELD,
        notes={
            "learners": LEARNERS,
            "floor_at_once": best,
            "floors": " ".join(f"{at_once}:{seconds:.1f}" for at_once, seconds in floors.items()),
            "estimates_held": round(held, 2),
            "pages_p95_ms": round(page, 1),
            "echo_p95_ms": round(percentile(echoes, 0.95), 2),
            "echo_before_p95_ms": round(percentile(before, 0.95), 2),
        },
    )


def _press_start(stage: Stage) -> tuple[float, float]:
    """Return the seconds from the first press until everybody's machine was ready; give all back.

    With them the share of the estimates that held, of those that the learners saw meanwhile.
    """
    signed_in = [stage.sign_in() for _ in range(LEARNERS)]
    users = [user for user, _ in signed_in]
    address = _address(stage)

    def press(place: int, cookie: str) -> None:
        time.sleep(place * PRESSED_WITHIN_SECONDS / LEARNERS)
        requests.get(address, cookies={"sessionid": cookie}, timeout=60).raise_for_status()

    pressed_at = time.time()
    with ThreadPoolExecutor(LEARNERS) as threads:
        pressed = [threads.submit(press, place, cookie) for place, (_, cookie) in enumerate(signed_in)]
        for future in as_completed(pressed):
            future.result()
    ready = Sandbox.objects.filter(owner__in=users, state=State.READY)
    estimates = Estimates()

    def are_all_ready() -> bool:
        estimates.read()
        line.waiting().update(used_at=timezone.now())  # as their open pages note
        return ready.count() == LEARNERS

    wait_for("a machine for all", are_all_ready, seconds=READY_WITHIN_SECONDS, every=ESTIMATES_EVERY_SECONDS)
    total = max(ready.values_list("state_at", flat=True)).timestamp() - pressed_at
    held = estimates.share_that_held({id_: at.timestamp() for id_, at in ready.values_list("id", "state_at")})
    for user in users:
        stage.give_back(user)
    return total, held


def _bare(stage: Stage, at_once: int) -> float:
    """Return the seconds in which a bare script starts as many machines, so many at once; remove them."""
    tag = images.tag_of(stage.lesson.image)
    engine = DockerEngine(stage.socket)

    def start(_place: int) -> str:
        bare = BareSdk(stage.socket, tag)
        try:
            return bare.start()[1]
        finally:
            bare.close()

    begin = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        names = list(threads.map(start, range(LEARNERS)))
    took = time.perf_counter() - begin
    for name in names:
        engine.stop_machine(name)
        engine.delete_disk(name)
    engine.close()
    return took


@contextlib.contextmanager
def _reading(stage: Stage, others: list[Neighbour], pages: list[float]) -> Iterator[None]:
    """Let the others read the lesson's page until the block ends; note how long each took, in milliseconds."""
    done = threading.Event()
    with ThreadPoolExecutor(len(others)) as threads:
        work = [threads.submit(_read, _address(stage), other.cookie, pages, done) for other in others]
        try:
            yield
        finally:
            done.set()
        for future in work:
            future.result()


def _address(stage: Stage) -> str:
    return f"{stage.instance.address}/courses/{stage.lesson.course.slug}/{stage.lesson.slug}/"


def _read(address: str, cookie: str, pages: list[float], done: threading.Event) -> None:
    with requests.Session() as session:
        session.cookies.set("sessionid", cookie)
        while not done.wait(PAGE_EVERY_SECONDS):
            begin = time.perf_counter()
            session.get(address, timeout=60).raise_for_status()
            pages.append((time.perf_counter() - begin) * 1000)
