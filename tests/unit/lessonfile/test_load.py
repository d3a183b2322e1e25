"""A sound lesson becomes typed objects."""

from pathlib import Path

import pytest

from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_course, load_lesson
from slipway.lessonfile.matchers import AtLeast, Equals, Expectation, SameAs
from slipway.lessonfile.model import Choose, Integer, Session, in_language
from slipway.lessonfile.problems import LessonErrors
from slipway.lessonfile.subjects import Answer, Command, Container, File, History, Hub, Vm
from tests.lesson_sample import change


def test_a_sound_course_has_no_mistakes(folder: Path) -> None:
    """Nothing is reported for the course, the lesson or the folder of courses."""
    assert lint(folder) == lint(folder.parent) == lint(folder.parent.parent) == []


def test_the_lesson_is_whole(folder: Path) -> None:
    """Head, parameters, setup and exercises are all there, in order."""
    lesson = load_lesson(folder)
    assert (lesson.slug, lesson.number, lesson.minutes, lesson.image) == ("first-container", 6, 10, "lab-docker")
    assert lesson.languages == ("en", "hi-Latn")
    assert [spec.source for spec in lesson.parameters] == [Choose(("otter", "heron")), Integer(8100, 8199)]
    assert lesson.remember[0].subject == Command(("uname", "-r"))
    assert lesson.parameter_names == ("app", "port", "kernel")
    assert [exercise.id for exercise in lesson.exercises] == ["run-it", "which-port"]
    assert in_language(lesson.exercise("run-it").title, "hi-Latn") == "Start kijiye"
    assert lesson.exercise("which-port").after == ("run-it",)


def test_a_lesson_says_how_many_terminals_it_has(folder: Path) -> None:
    """Three, unless it says another number that a machine can hold."""
    assert load_lesson(folder).terminals == 3
    change(folder, "image: lab-docker\n", "image: lab-docker\nterminals: 5\n")
    assert load_lesson(folder).terminals == 5
    change(folder, "terminals: 5", "terminals: 10")
    with pytest.raises(LessonErrors, match="Write one from 1 to 9"):
        load_lesson(folder)


def test_a_lesson_may_have_times_of_its_own(folder: Path) -> None:
    """What it does not say is left to the installation."""
    assert load_lesson(folder).session == Session(None, None, restarts=False)
    change(folder, "minutes: 10", "minutes: 10\nsession: {idle: 30, cap: 240, restart: true}")
    assert load_lesson(folder).session == Session(30, 240, restarts=True)


def test_checks_mean_that_the_thing_is_there(folder: Path) -> None:
    """A container must exist, a history entry must be there, without the author saying so."""
    exercise = load_lesson(folder).exercise("run-it")
    check = exercise.checks[0]
    assert check.subject == Container("{{app}}")
    assert check.expect[0] == Expectation("exists", Equals(True))
    sign = exercise.mistakes[0].when[0]
    assert isinstance(sign.subject, History)
    assert sign.expect == (Expectation("count", AtLeast(1)),)


def test_an_image_on_the_hub_may_be_searched(folder: Path) -> None:
    """It must be there without the author saying so."""
    change(folder, 'container: "{{app}}"\n', 'hub: "asha/{{app}}:2"\n        search: secret\n')
    change(folder, "{State.Running: true, Config.Image: nginx}", "{found: false}")
    check = load_lesson(folder).exercise("run-it").checks[0]
    assert check.subject == Hub("asha/{{app}}:2", "secret")
    assert check.expect == (Expectation("exists", Equals(True)), Expectation("found", Equals(False)))


def test_a_virtual_machine_is_expected_to_run_and_a_line_in_it_to_succeed(folder: Path) -> None:
    """Alone, `vm` means that it runs, and `run` that it ended well; its console is read when wanted."""
    change(folder, 'history: {matches: "docker run (?!.*-d)"}', 'vm: "{{app}}"')
    sign = load_lesson(folder).exercise("run-it").mistakes[0].when[0]
    assert (sign.subject, sign.expect) == (Vm("{{app}}"), (Expectation("running", Equals(True)),))
    change(folder, 'vm: "{{app}}"', 'vm: "{{app}}"\n            run: "test -e /x"')
    sign = load_lesson(folder).exercise("run-it").mistakes[0].when[0]
    assert (sign.subject, sign.expect) == (Vm("{{app}}", "test -e /x"), (Expectation("exit_status", Equals(0)),))
    change(folder, 'run: "test -e /x"', 'expect: {console: {contains: "panic"}}')
    sign = load_lesson(folder).exercise("run-it").mistakes[0].when[0]
    assert sign.subject == Vm("{{app}}", wants=("console",))
    assert [expectation.path for expectation in sign.expect] == ["console"]


def test_scripts_and_answers_belong_to_their_exercise(folder: Path) -> None:
    """Solution and wrong attempts come from solutions/ and from lesson.yaml."""
    lesson = load_lesson(folder)
    assert lesson.exercise("run-it").solution.script == "docker run -d --name {{app}} nginx\n"
    assert lesson.exercise("run-it").wrong_attempts[0].script.endswith("^C\n")
    assert lesson.exercise("which-port").solution.answers == {"answer": "{{port}}"}
    assert lesson.exercise("which-port").checks[0].subject == Answer("answer")


def test_what_is_costly_is_only_looked_at_when_wanted(folder: Path) -> None:
    """A file's content is read when a check expects something of it, and in `same_as`."""
    change(folder, 'expect: "{{port}}"', "expect: {same_as: {file: /root/port, take: content}}")
    matcher = load_lesson(folder).exercise("which-port").checks[0].expect[0].matcher
    assert isinstance(matcher, SameAs)
    assert matcher.subject == File("/root/port", wants=("content",))


def test_a_course_has_its_lessons_in_order(folder: Path) -> None:
    """A course is loaded with all its lessons."""
    course = load_course(folder.parent)
    assert [lesson.slug for lesson in course.lessons] == ["first-container"]


def test_every_mistake_comes_in_one_go(folder: Path) -> None:
    """Loading a broken lesson raises all of its mistakes, sorted by place."""
    change(folder, "minutes: 10", "minutes: ten")
    change(folder, "points: 5", "point: 5")
    with pytest.raises(LessonErrors) as raised:
        load_lesson(folder)
    lines = [problem.line for problem in raised.value.problems]
    assert len(lines) >= 3
    assert lines == sorted(lines)
    assert "lesson.yaml:3" in str(raised.value)
