"""Do work of which some waits for other work, and some goes on side by side."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter

Work = Callable[[str], None]
_Outcomes = queue.SimpleQueue[tuple[str, BaseException | None]]


def in_lanes(
    parents: Mapping[str, Iterable[str]], work: Work, *, lanes: int, may_be_left: Callable[[str], bool]
) -> None:
    """Do the work of each name after that of its parents, up to `lanes` at once.

    The first error is raised at once, Ctrl-C too, and what goes on beside it is left: it ends with this process. Names
    that must not be left in the middle are done here, alone.
    """
    order = TopologicalSorter(parents)
    order.prepare()
    ready: deque[str] = deque()
    running: set[str] = set()
    outcomes: _Outcomes = queue.SimpleQueue()
    while order.is_active():
        ready.extend(order.get_ready())
        while ready and len(running) < lanes and (may_be_left(ready[0]) or not running):
            name = ready.popleft()
            running.add(name)
            _begin(name, work, outcomes, is_aside=may_be_left(name))
            if not may_be_left(name):
                break
        name, error = outcomes.get()
        if error is not None:
            raise error
        running.remove(name)
        order.done(name)


def _begin(name: str, work: Work, outcomes: _Outcomes, *, is_aside: bool) -> None:
    if not is_aside:
        work(name)
        outcomes.put((name, None))
        return

    def aside() -> None:
        try:
            work(name)
        except BaseException as error:  # noqa: BLE001  (it is raised where it is waited for)
            outcomes.put((name, error))
        else:
            outcomes.put((name, None))

    threading.Thread(target=aside, daemon=True, name=f"make {name}").start()
