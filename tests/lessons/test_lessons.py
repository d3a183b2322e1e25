"""The lessons of this repository are sound, and their pages can be made, in every language."""

from pathlib import Path

import pytest

from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.parameters import draw
from slipway.lessonfile.render import ExercisePart, render

LESSONS = Path(__file__).parents[2] / "lessons"
FOLDERS = sorted(path.parent for path in LESSONS.glob("*/*/lesson.yaml"))
NAMES = [f"{folder.parent.name}/{folder.name}" for folder in FOLDERS]


def test_no_lesson_has_a_mistake() -> None:
    """Lint finds nothing in the folder of courses."""
    assert [str(problem) for problem in lint(LESSONS)] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_every_page_can_be_made(folder: Path) -> None:
    """All exercises are on it, no parameter is left open, nothing is missing."""
    lesson = load_lesson(folder)
    parameters = draw(lesson) | {memory.name: "0" for memory in lesson.remember}
    for language in lesson.languages:
        page = render(lesson, language, parameters)
        shown = [part.exercise_id for part in page.parts if isinstance(part, ExercisePart)]
        assert shown == [exercise.id for exercise in lesson.exercises]
        whole = page.title + "".join(part.html for part in page.parts)
        assert page.language == language
        assert 'class="missing"' not in whole
        assert not [name for name in lesson.parameter_names if f"{{{{{name}}}}}" in whole]


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_every_exercise_shows_its_likely_mistakes(folder: Path) -> None:
    """Each has a solution, a hint but in a test, and at least two wrong attempts."""
    lesson = load_lesson(folder)
    for exercise in lesson.exercises:
        assert bool(exercise.hints) != lesson.is_test, exercise.id
        assert len(exercise.wrong_attempts) > 1, exercise.id
