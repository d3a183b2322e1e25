"""Run what needs a fresh machine each, several at a time, and tell how it goes."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from slipway.engine.port import Engine
from slipway.lessonfile.visible import visible
from slipway.prover.tryout import ImageOf


class Finding(Protocol):
    """What is found out on one machine."""

    @property
    def key(self) -> tuple[str, str]:
        """Return the lesson's folder below the courses, and the exercise's id or what stands for the text."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what is wrong."""
        ...


F = TypeVar("F", bound=Finding)
F_co = TypeVar("F_co", bound=Finding, covariant=True)


class Job(Protocol[F_co]):
    """One fresh machine and what is found out on it."""

    def run(self, engine: Engine, image_of: ImageOf) -> F_co:
        """Make the machine, find out, and leave nothing. What goes wrong is part of what is found out."""
        ...


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where jobs are done: an engine, the sandbox images by name, so many machines at a time, and who hears of it."""

    engine: Engine
    image_of: ImageOf
    machines: int
    screen: Console

    def do(self, title: str, jobs: Sequence[Job[F]]) -> Iterator[F]:
        """Yield what is found out as it comes, and say what is wrong; what was begun first may come last."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.screen) as progress:
            task = progress.add_task(title, total=len(jobs))
            for found in self._run(jobs):
                progress.advance(task)
                for note in found.notes:
                    progress.console.print(Text(visible(f"{' '.join(found.key)}: {note}")), soft_wrap=True)
                yield found

    def _run(self, jobs: Iterable[Job[F]]) -> Iterator[F]:
        with ThreadPoolExecutor(max_workers=self.machines, thread_name_prefix="prove") as pool:
            waiting: list[Future[F]] = [pool.submit(job.run, self.engine, self.image_of) for job in jobs]
            try:
                for future in as_completed(waiting):
                    yield future.result()
            finally:
                for future in waiting:
                    future.cancel()
