"""How long a learner waits for a machine: warm through a real browser, cold through the task queue."""

import asyncio
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from playwright.sync_api import Browser

from slipway.engine.docker_engine import DockerEngine
from slipway.grading import actions
from slipway.sandboxes import images
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State
from tests.browser.chromium import chromium
from tests.instance import wait_for
from tests.load.bare_sdk import BareSdk
from tests.load.measure import Outcome
from tests.load.raw_exec import RawExec
from tests.load.stage import SHELL, Stage

ROUNDS = 10
WARM_RATIO = 2.0
COLD_RATIO = 1.3
SETTLE_SECONDS = 3
# On the browser's own clock, so that a test driver's steps are not measured with it.
STOPWATCH = """
const now = () => performance.timeOrigin + performance.now();
addEventListener("click", () => { sessionStorage.clickedAt = now(); }, true);
const look = new MutationObserver(() => {
  if (!document.querySelector(".xterm-rows")?.textContent.includes("# ")) return;
  look.disconnect();
  requestAnimationFrame(() => { document.documentElement.dataset.drawnAt = now(); });
});
look.observe(document, { subtree: true, childList: true, characterData: true });
"""


def warm(stage: Stage) -> Outcome:
    """Click on a lesson as a learner without a machine and wait for the prompt, with a full pool behind it."""
    values, loads, floors = [], [], []
    with chromium("--disable-3d-apis") as browser, ThreadPoolExecutor(1) as thread:
        for _ in range(ROUNDS):
            stage.wait_pool()
            # A machine that was made just now is still busy with its own start.
            time.sleep(SETTLE_SECONDS)
            value, load, sandbox = _click_to_prompt(stage, browser)
            values.append(value)
            loads.append(load)
            assert sandbox.engine is not None
            # In a thread of its own: Playwright's event loop runs in this one.
            raw = partial(asyncio.run, _raw_prompt(sandbox.engine.socket, sandbox.machine))
            floors.append(thread.submit(raw).result())
            assert sandbox.owner is not None
            thread.submit(stage.give_back, sandbox.owner).result()
    allowed = [WARM_RATIO * floor + load for floor, load in zip(floors, loads, strict=True)]
    value, limit = statistics.median(values), statistics.median(allowed)
    return Outcome(
        measure="start-warm",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"p50 at most {WARM_RATIO:g} x raw exec + one page load",
        met=value <= limit,
        notes={"page_load_p50": round(statistics.median(loads), 1), "allowed_p50": round(limit, 1)},
    )


def _click_to_prompt(stage: Stage, browser: Browser) -> tuple[float, float, Sandbox]:
    """Return the milliseconds from click to prompt, those of the page's own load, and the machine."""
    user, cookie = stage.sign_in()
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": stage.instance.address}])
    context.add_init_script(STOPWATCH)
    page = context.new_page()
    lesson = stage.lesson
    page.goto(f"{stage.instance.address}/courses/{lesson.course.slug}/")
    page.locator(f"main a[href$='/{lesson.slug}/']").first.click()
    page.locator("html[data-drawn-at]").wait_for()
    value = page.evaluate("document.documentElement.dataset.drawnAt - sessionStorage.clickedAt")
    load = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    context.close()
    return float(value), float(load), stage.wait_ready(user)


async def _raw_prompt(socket: str, machine: str) -> float:
    begin = time.perf_counter()
    raw = await RawExec.open(socket, machine, SHELL)
    await raw.read_until(b"# ")
    took = (time.perf_counter() - begin) * 1000
    await raw.close()
    return took


def cold(stage: Stage) -> Outcome:
    """Ask for a machine while the pool is empty, until its inner Docker answers; in turn with a bare SDK script."""
    stage.without_pool()
    image = images.tag_of(stage.lesson.image)
    values, floors = [], []
    engine, bare = DockerEngine(stage.socket), BareSdk(stage.socket, image)
    for _ in range(ROUNDS):
        values.append(_request_to_ready(stage))
        took, name = bare.start()
        floors.append(took)
        engine.stop_machine(name)
        engine.delete_disk(name)
    bare.close()
    engine.close()
    stage.with_pool()
    met = statistics.median(values) <= COLD_RATIO * statistics.median(floors)
    return Outcome("start-cold", "ms", values, floors, f"at most {COLD_RATIO} x the floor", met=met)


def _request_to_ready(stage: Stage) -> float:
    user, _ = stage.sign_in()
    begin = time.perf_counter()
    actions.open_lesson(learner=user, lesson=stage.lesson)
    wait_for("a cold machine", lambda: user.sandboxes.filter(state=State.READY).exists(), every=0.002)
    took = (time.perf_counter() - begin) * 1000
    stage.give_back(user)
    wait_for("the machine is given back", lambda: not user.sandboxes.exclude(state=State.GONE).exists())
    return took
