"""What there is to prove: that each exercise can be told from what is none, and that a lesson's text is so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from slipway.grading.proving import Case, Outcome, cases_of
from slipway.grading.reports import ExerciseReport, Report, TextReport
from slipway.grading.walking import TEXT, Walk, Walked
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.model import Exercise, Lesson


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing to prove: of an exercise, or without one of the lesson's text."""

    course: str
    lesson: Lesson
    exercise: Exercise | None

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
        return list(cases_of(self.course, self.lesson, self.exercise))

    def report(self, found: Sequence[Outcome | Walked]) -> Report:
        """Put together what was found out about it."""
        for walked in found:
            if isinstance(walked, Walked):
                return TextReport(self.key[0], walked)
        return ExerciseReport.of(*self.key, [outcome for outcome in found if isinstance(outcome, Outcome)])


def claims_below(path: Path) -> list[Claim]:
    """Return all that can be proven of a lesson, a course or the folder of courses, in order."""
    return [claim for folder in lesson_folders(path) for claim in _claims_of(folder)]


def lesson_folders(path: Path) -> list[Path]:
    """Return the lessons at or below a path, in their order."""
    if (path / "lesson.yaml").is_file():
        return [path.resolve()]
    return sorted(file.parent.resolve() for depth in ("*", "*/*") for file in path.glob(f"{depth}/lesson.yaml"))


def _claims_of(folder: Path) -> Iterator[Claim]:
    lesson = load_lesson(folder)
    for exercise in (*lesson.exercises, None):
        yield Claim(folder.parent.name, lesson, exercise)
