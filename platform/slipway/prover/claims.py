"""What there is to prove: that each exercise can be told from what is none, and that a lesson's text is so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from slipway.lessonfile.load import lesson_folders, load_lesson
from slipway.lessonfile.model import Exercise, Lesson
from slipway.proofs import record
from slipway.proofs.digests import TEXT, digests
from slipway.proofs.ground import Grounds
from slipway.prover.cases import Case, Outcome, cases_of
from slipway.prover.mutating import Mutation, mutations_of
from slipway.prover.reports import ExerciseReport, Report, TextReport
from slipway.prover.walking import Walk, Walked

Found = Outcome | Walked


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing to prove: of an exercise, or without one of the lesson's text. `digest` is what its proof rests on."""

    course: str
    lesson: Lesson
    exercise: Exercise | None
    digest: str
    is_proven: bool

    @property
    def key(self) -> tuple[str, str]:
        """Return the lesson's folder below the courses, and the exercise's id or what stands for the text."""
        return f"{self.course}/{self.lesson.folder.name}", self.name

    @property
    def name(self) -> str:
        """Return the exercise's id, or what stands for the text."""
        return self.exercise.id if self.exercise else TEXT

    def jobs(self) -> list[Case | Walk]:
        """Return what has to be done to prove it."""
        if self.exercise is None:
            return [Walk(self.course, self.lesson)]
        return list(cases_of(self.course, self.lesson.prepared_for(self.exercise), self.exercise))

    def mutations(self) -> list[Mutation]:
        """Return the tries at the solution without one of its lines; a text has none."""
        if self.exercise is None:
            return []
        return list(mutations_of(self.course, self.lesson.prepared_for(self.exercise), self.exercise))

    def report(self, found: Sequence[Found]) -> Report:
        """Put together what was found out about it."""
        for walked in found:
            if isinstance(walked, Walked):
                return TextReport(self.key[0], walked)
        return ExerciseReport.of(*self.key, [outcome for outcome in found if isinstance(outcome, Outcome)])

    def keep(self, *, held: bool) -> None:
        """Record beside the lesson how its proof came out."""
        names = {TEXT, *(exercise.id for exercise in self.lesson.exercises)}
        record.keep(self.lesson.folder, self.name, self.digest if held else None, among=names)


def claims_below(path: Path, grounds: Grounds) -> list[Claim]:
    """Return all that can be proven of a lesson, a course or the folder of courses, in order."""
    return [claim for folder in lesson_folders(path) for claim in _claims_of(folder, grounds)]


def _claims_of(folder: Path, grounds: Grounds) -> Iterator[Claim]:
    lesson = load_lesson(folder)
    recorded = record.read(folder)
    now = digests(lesson, grounds.of(lesson.image))
    for exercise in (*lesson.exercises, None):
        name = exercise.id if exercise else TEXT
        yield Claim(folder.parent.name, lesson, exercise, now[name], is_proven=recorded.get(name) == now[name])
