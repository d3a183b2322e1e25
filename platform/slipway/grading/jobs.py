"""Run what needs a fresh machine each, several at a time."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Protocol, TypeVar

from slipway.engine.port import Engine
from slipway.grading.tryout import ImageOf

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Job(Protocol[R_co]):
    """One fresh machine and what is found out on it."""

    def run(self, engine: Engine, image_of: ImageOf) -> R_co:
        """Make the machine, find out, and leave nothing. What goes wrong is part of what is found out."""
        ...


def run_all(engine: Engine, image_of: ImageOf, jobs: Iterable[Job[R]], machines: int) -> Iterator[R]:
    """Yield what is found out as it comes, so many machines at a time: what was begun first may come last."""
    with ThreadPoolExecutor(max_workers=machines, thread_name_prefix="prove") as pool:
        waiting: list[Future[R]] = [pool.submit(job.run, engine, image_of) for job in jobs]
        try:
            for future in as_completed(waiting):
                yield future.result()
        finally:
            for future in waiting:
                future.cancel()
