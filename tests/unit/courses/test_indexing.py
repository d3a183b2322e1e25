"""The index follows the folder of lessons."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from slipway.courses.indexing import index_lessons, version_of
from slipway.courses.models import Course, Exercise, Lesson
from slipway.lessonfile.load import load_lesson
from slipway.proofs import ground, record
from slipway.proofs.digests import TEXT, digests
from tests.lesson_sample import change, write_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Give the folder of the one lesson that the settings lead to."""
    settings.LESSONS = tmp_path
    return write_course(tmp_path)


def test_everything_is_indexed(folder: Path) -> None:
    """Course, lesson and exercises with what pages need of them."""
    report = index_lessons()
    assert (report.courses, report.lessons, report.exercises, report.unlisted, report.problems) == (1, 1, 2, 0, [])
    lesson = Lesson.objects.get(course__slug="docker", slug="first-container")
    assert (lesson.number, lesson.minutes, lesson.image) == (6, 10, "lab-docker")
    assert lesson.folder == "docker/06-first-container"
    assert lesson.languages == ["en", "hi-Latn"]
    assert lesson.version == version_of(folder)
    exercise = Exercise.objects.get(slug="which-port")
    assert (exercise.number, exercise.points, exercise.title["hi-Latn"]) == (2, 3, "Kaunsa port?")


def test_indexing_again_keeps_the_rows(folder: Path) -> None:
    """Attempts hang on them: a lesson is found again by its slug, also under another number."""
    index_lessons()
    before = Lesson.objects.get()
    change(folder, "minutes: 10", "minutes: 12")
    folder.rename(folder.with_name("07-first-container"))
    index_lessons()
    after = Lesson.objects.get()
    assert (after.pk, after.number, after.minutes) == (before.pk, 7, 12)
    assert after.version != before.version


def test_what_is_gone_is_no_longer_listed(folder: Path) -> None:
    """And comes back with its folder."""
    index_lessons()
    kept = folder.parent.rename(folder.parents[1] / "elsewhere")
    shutil.rmtree(kept / "06-first-container" / "pictures")
    kept.rename(folder.parents[2] / f"{folder.parents[1].name}-away")
    assert index_lessons().unlisted == 1
    assert not Course.objects.get().is_listed
    write_course(folder.parents[1])
    index_lessons()
    assert Course.objects.get().is_listed


def test_a_lesson_or_exercise_that_is_gone(folder: Path) -> None:
    """Only that one is no longer listed."""
    index_lessons()
    text = (folder / "lesson.yaml").read_text()
    (folder / "lesson.yaml").write_text(text[: text.index("  - id: which-port")])
    for name in ("lesson.md", "lesson.hi-Latn.md"):
        change(folder, " {#which-port}", "", name)
    assert index_lessons().unlisted == 1
    assert [exercise.slug for exercise in Exercise.objects.filter(is_listed=True)] == ["run-it"]
    shutil.rmtree(folder)
    index_lessons()
    assert not Lesson.objects.get().is_listed


def test_a_broken_lesson_stays_as_it_was(folder: Path) -> None:
    """Learners keep what they had; the author gets the mistakes."""
    index_lessons()
    change(folder, "minutes: 10", "minutes: ten")
    report = index_lessons()
    assert report.lessons == 0
    assert report.problems[0].file == "docker/06-first-container/lesson.yaml"
    assert Lesson.objects.get().is_listed
    assert Lesson.objects.get().minutes == 10


def test_the_command_says_what_it_did(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And ends with an error when a lesson has mistakes."""
    call_command("index_lessons")
    assert "1 courses, 1 lessons, 2 exercises" in capsys.readouterr().out
    change(folder, "minutes: 10", "minutes: ten")
    with pytest.raises(CommandError, match="1 mistakes"):
        call_command("index_lessons")


def test_the_index_knows_what_is_proven(folder: Path) -> None:
    """As it is now: a record of something else counts for nothing, and does not change the lesson's version."""
    index_lessons()
    before = Lesson.objects.get()
    assert not before.is_proven
    lesson = load_lesson(folder)
    now = digests(lesson, ground.current().of(lesson.image))
    for name in ("run-it", TEXT):
        record.keep(folder, name, now[name], among=now)
    index_lessons()
    after = Lesson.objects.get()
    assert (after.is_text_proven, after.is_proven, after.version) == (True, False, before.version)
    assert [exercise.slug for exercise in after.unproven] == ["which-port"]
    record.keep(folder, "which-port", now["which-port"], among=now)
    index_lessons()
    assert Lesson.objects.get().is_proven
    change(folder, "Config.Image: nginx", "Config.Image: ubuntu")
    index_lessons()
    assert [exercise.slug for exercise in Lesson.objects.get().unproven] == ["run-it"]
