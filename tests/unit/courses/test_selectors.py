"""Courses are read from the index, their content from the folders."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from slipway.courses import selectors
from slipway.courses.indexing import index_lessons
from slipway.courses.models import Course, Lesson
from slipway.lessonfile.problems import LessonErrors
from tests.lesson_sample import change, write_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Give the folder of an indexed lesson."""
    settings.LESSONS = tmp_path
    folder = write_course(tmp_path)
    index_lessons()
    return folder


def test_the_catalogue_takes_three_queries(folder: Path) -> None:
    """However many courses and lessons there are."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for course in selectors.catalogue():
            for lesson in course.lessons.all():
                assert [exercise.slug for exercise in lesson.exercises.all()] == ["run-it", "which-port"]
    assert len(queries) == 3


def test_rows_are_found_by_slug(folder: Path) -> None:
    """What is not listed is not found."""
    assert selectors.course_by_slug("docker") == Course.objects.get()
    assert selectors.lesson_by_slug("docker", "first-container") == Lesson.objects.get()
    assert selectors.lessons_of(Course.objects.get()) == [Lesson.objects.get()]
    assert selectors.lesson_by_slug("docker", "none") is None
    Course.objects.update(is_listed=False)
    assert selectors.course_by_slug("docker") is None
    assert selectors.lesson_by_slug("docker", "first-container") is None
    assert selectors.catalogue() == []


def test_content_is_read_once_until_its_files_change(folder: Path) -> None:
    """The same object, then another one; the template follows."""
    row = Lesson.objects.get()
    first = selectors.lesson_content(row)
    template = selectors.lesson_template(row, "hi-Latn")
    assert selectors.lesson_content(row) is first
    assert selectors.lesson_template(row, "hi-Latn") is template
    change(folder, "# Pehla container", "# Pehla dabba", "lesson.hi-Latn.md")
    assert selectors.lesson_content(row) is not first
    assert selectors.lesson_template(row, "hi-Latn").fill({}).title == "Pehla dabba"
    assert selectors.lesson_template(row, "de").language == "en"


def test_a_lesson_that_is_being_broken_goes_on_as_it_was(folder: Path) -> None:
    """Learners do not see an author's slips; what was never sound is an error."""
    row = Lesson.objects.get()
    first = selectors.lesson_content(row)
    change(folder, "minutes: 10", "minutes: ten")
    assert selectors.lesson_content(row) is first
    row.folder = "docker/../docker/06-first-container"
    with pytest.raises(LessonErrors):
        selectors.lesson_content(row)
