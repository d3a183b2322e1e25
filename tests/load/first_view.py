"""The workspace for who comes first: what goes over the wire, and when a slow computer can use it."""

import statistics
from typing import Any

from playwright.sync_api import Browser

from tests.browser.chromium import chromium
from tests.load.measure import Outcome
from tests.load.stage import Learner, Stage

ROUNDS = 10
SLOWED = 4
# A busy host is slower still.
SLOW_MILLISECONDS = 120_000
GOAL_KIBIBYTES = 350
GOAL_MILLISECONDS = 1000
# A page of the same server without any script: what the browser itself takes.
BARE = "/api/v1/health"
USABLE = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def first_view(stage: Stage) -> Outcome:
    """Open the page with an empty cache until its prompt is there, and a bare page of the same server, in turn."""
    learner = stage.learner()
    page = f"/courses/{learner.lesson.course.slug}/{learner.lesson.slug}/"
    values, floors, sizes = [], [], []
    with chromium("--disable-3d-apis") as browser:
        for _ in range(ROUNDS):
            value, size = _open(browser, learner, page, ".view[data-state=ready] .xterm-rows:has-text('#')")
            values.append(value)
            sizes.append(size)
            floors.append(_open(browser, learner, BARE, "body")[0])
    return Outcome(
        measure="first-view",
        unit="ms",
        values=values,
        floors=floors,
        goal=f"at most {GOAL_KIBIBYTES} KiB over the wire, usable within {GOAL_MILLISECONDS} ms on a processor"
        f" {SLOWED} times as slow; the floor is a page without a script",
        met=max(sizes) <= GOAL_KIBIBYTES and statistics.median(values) <= GOAL_MILLISECONDS,
        notes={"kibibytes": round(max(sizes), 1)},
    )


def _open(browser: Browser, learner: Learner, address: str, shown: str) -> tuple[float, float]:
    """Return the milliseconds until every script of the page has begun, and the KiB that came, headers included."""
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": learner.cookie, "url": learner.address}])
    page = context.new_page()
    tools = context.new_cdp_session(page)
    received = [0.0]

    def count(event: dict[str, Any]) -> None:
        received[0] += event["encodedDataLength"]

    tools.on("Network.loadingFinished", count)
    tools.send("Network.enable")
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.goto(learner.address + address, wait_until="domcontentloaded", timeout=SLOW_MILLISECONDS)
    page.locator(shown).first.wait_for(timeout=SLOW_MILLISECONDS)
    value = float(page.evaluate(USABLE))
    context.close()
    return value, received[0] / 1024
