"""From a command's end to the tick on the page, beside the observation alone."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from slipway.courses.models import Lesson
from slipway.courses.selectors import lesson_content
from slipway.engine.docker_engine import DockerEngine
from slipway.grading import actions, checking, judging, observing, selectors
from slipway.grading.models import Attempt
from tests.instance import wait_for
from tests.load.measure import Outcome, milliseconds, percentile
from tests.load.stage import Learner, Stage
from tests.terminal_client import TerminalClient

ROUNDS = 60
QUIET_SECONDS = 0.3
GOAL_MILLISECONDS = 300
COMMAND_END = b"\x1b]133;D"
LESSON, EXERCISE = "first-commands", "in-front"


def check(stage: Stage) -> Outcome:
    """End a command in the terminal and wait for the check's word on the page; then observe the same directly."""
    learner = stage.learner()
    lesson = Lesson.objects.select_related("course").get(slug=LESSON)
    attempt = actions.open_lesson(learner=learner.user, lesson=lesson)
    wait_for("the lesson's set-up", lambda: _is_set_up(attempt), seconds=120)
    content = lesson_content(lesson)
    # As a check that a command triggers: all is looked at only where the learner is.
    looked_at = [each if each.id == EXERCISE else checking.first_look(each, 0) for each in content.exercises]
    requests = judging.plan(looked_at, attempt.parameters)
    engine = DockerEngine(Path(learner.socket))
    values, floors = asyncio.run(
        _rounds(learner, lesson, lambda: milliseconds(lambda: observing.observe(engine, learner.machine, requests)))
    )
    return Outcome(
        measure="check",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"p95 at most {GOAL_MILLISECONDS} ms",
        met=percentile(values, 0.95) <= GOAL_MILLISECONDS,
        notes={"exercises": len(content.exercises), "observations": len(requests)},
    )


def _is_set_up(attempt: Attempt) -> bool:
    attempt.refresh_from_db()
    return selectors.set_up_state(attempt=attempt).is_done


async def _rounds(learner: Learner, lesson: Lesson, floor: Callable[[], float]) -> tuple[list[float], list[float]]:
    values, floors = [], []
    url = f"{learner.address.replace('http', 'ws', 1)}/ws/lessons/{lesson.course.slug}/{lesson.slug}/"
    headers = {"Cookie": f"sessionid={learner.cookie}", "Origin": learner.address}
    async with (
        connect(url, additional_headers=headers) as page,
        TerminalClient(learner.address, learner.cookie, learner.sandbox_id) as terminal,
    ):
        await asyncio.sleep(1)
        for number in range(ROUNDS):
            await _drain(page)
            # From the key that begins it: the command takes no time, and its end is known here later than to the web.
            begin = time.perf_counter()
            await terminal.type(f"echo {number} >/root/round\r".encode())
            await _done(page)
            values.append((time.perf_counter() - begin) * 1000)
            await terminal.read_until(COMMAND_END)
            # Until the web process has drawn the run's end as well.
            await asyncio.sleep(QUIET_SECONDS)
            floors.append(await asyncio.to_thread(floor))
    return values, floors


async def _drain(page: ClientConnection) -> None:
    """Throw away what the page was told before."""
    while True:
        try:
            async with asyncio.timeout(0.05):
                await page.recv()
        except TimeoutError:
            return


async def _done(page: ClientConnection) -> None:
    """Wait until the card of the exercise that the learner is at comes, checked."""
    async with asyncio.timeout(10):
        while not any(_is_checked_card(fragment) for fragment in json.loads(await page.recv())["fragments"]):
            pass


def _is_checked_card(fragment: dict[str, str]) -> bool:
    return fragment["target"] == EXERCISE and " busy" not in fragment["html"].partition(">")[0]
