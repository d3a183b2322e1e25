"""A terminal whose network was cut: how long after it is back until the screen is what it would have been."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from playwright.sync_api import BrowserContext, Page

from tests.browser.chromium import chromium
from tests.load.measure import Outcome, percentile
from tests.load.raw_exec import RawExec
from tests.load.stage import SHELL, Learner, Stage
from tests.load.wire import Wire

ROUNDS = 20
GOAL_MILLISECONDS = 150
SHOWN_SECONDS = 10
# Every cell with its colours as the page draws it; only the cursor blinks, and is full where the focus is.
CELLS = """() => [...document.querySelectorAll(".view:not([hidden]) .xterm-rows > div")].map((row) =>
  row.innerHTML.replaceAll(/ ?xterm-cursor[a-z-]*/g, "").replaceAll(' class=""', ""))"""
# On the browser's own clock, from the moment at which it says that there is a network.
BACK = """(wanted) => new Promise((done) => {
  const begin = performance.now();
  const look = () => {
    const isThere = document.querySelector(".view:not([hidden]) .xterm-rows").textContent.includes(wanted);
    if (isThere) done(performance.now() - begin);
    else requestAnimationFrame(look);
  };
  dispatchEvent(new Event("online"));
  look();
})"""


def reconnect(stage: Stage) -> Outcome:
    """Cut one of two windows, print in the other, mend it, and compare both cell by cell; a raw exec in turn."""
    learner = stage.learner()
    address = f"/courses/{learner.lesson.course.slug}/{learner.lesson.slug}/"
    values, floors, wrong = [], [], 0
    with Wire(stage.instance.port) as wire, chromium("--disable-3d-apis") as browser, ThreadPoolExecutor(1) as thread:
        near, far = (browser.new_context() for _ in range(2))
        pages = [_page(near, learner, wire.address + address), _page(far, learner, learner.address + address)]
        for number in range(ROUNDS):
            value, is_right = _round(wire, pages[0], pages[1], number)
            values.append(value)
            wrong += not is_right
            floors.append(thread.submit(partial(asyncio.run, _raw(learner))).result())
    return Outcome(
        measure="reconnect",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"p95 at most {GOAL_MILLISECONDS} ms, the same shell, every cell right;"
        " the floor is a new raw exec's prompt",
        met=percentile(values, 0.95) <= GOAL_MILLISECONDS and not wrong,
        notes={"wrong_screens": wrong},
    )


def _page(context: BrowserContext, learner: Learner, address: str) -> Page:
    context.add_cookies([{"name": "sessionid", "value": learner.cookie, "url": learner.address}])
    page = context.new_page()
    page.goto(address)
    page.locator(".view[data-state=ready] .xterm-rows:has-text('#')").wait_for()
    return page


def _round(wire: Wire, cut: Page, other: Page, number: int) -> tuple[float, bool]:
    """Return the milliseconds until the cut page is right again, and whether each of its cells is."""
    shell = f"mine-{number}"
    _type(other, f"clear; mark={shell}; seq 40; printf '\\033[1;3%dm%s\\033[0m\\n' {1 + number % 6} colour")
    _wait(other, "colour")
    wire.cut()
    cut.locator(".view[data-state=reconnecting]").wait_for()
    _type(other, f"printf '\\033[7mback-%s\\033[0m\\n' $((1000 + {number})); echo $mark")
    _wait(other, f"\n{shell}")
    wire.mend()
    value = float(cut.evaluate(BACK, f"back-{1000 + number}"))
    for _ in range(SHOWN_SECONDS * 10):
        if cut.evaluate(CELLS) == other.evaluate(CELLS):
            return value, True
        time.sleep(0.1)
    return value, False


def _type(page: Page, line: str) -> None:
    page.locator(".view textarea").first.focus()
    page.keyboard.insert_text(line)
    page.keyboard.press("Enter")


def _wait(page: Page, text: str) -> None:
    rows = "[...document.querySelectorAll('.view:not([hidden]) .xterm-rows > div')].map((row) => row.textContent)"
    page.wait_for_function(f"(text) => ['', ...{rows}].join('\\n').includes(text)", arg=text)


async def _raw(learner: Learner) -> float:
    begin = time.perf_counter()
    raw = await RawExec.open(learner.socket, learner.machine, SHELL)
    await raw.read_until(b"# ")
    took = (time.perf_counter() - begin) * 1000
    await raw.close()
    return took
