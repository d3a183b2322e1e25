"""An exercise is judged on what was observed: results, mistake, message, hint."""

from pathlib import Path

import pytest

from slipway.grading.judging import (
    Judgement,
    Observations,
    TypedCommand,
    Unobserved,
    judge,
    memories,
    plan,
    request_for,
)
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.model import Lesson
from slipway.lessonfile.subjects import Command, Container, Script
from tests.lesson_sample import change, write_course

VALUES = {"app": "otter", "port": "8123"}


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    """Give the sample lesson."""
    return load_lesson(write_course(tmp_path))


def see(lesson: Lesson, fact: object, *typed: str) -> Judgement:
    """Judge the first exercise on what is known of its container."""
    key = request_for(Container("{{app}}"), VALUES).key
    history = [TypedCommand(text, 0) for text in typed]
    return judge(lesson.exercise("run-it"), Observations({key: fact}), history, {}, VALUES)


def test_it_passes_when_all_holds(lesson: Lesson) -> None:
    """Both sides are told all the same."""
    found = see(lesson, {"exists": True, "State": {"Running": True}, "Config": {"Image": "nginx"}})
    assert found.passed
    assert found.message == {}
    assert found.hint is None
    assert found.results[0].title["en"] == "`{{app}}` runs"
    assert "State.Running = true" in found.results[0].observed


def test_a_failed_check_says_what_was_expected_and_observed(lesson: Lesson) -> None:
    """Only what did not hold, its message, and its hint."""
    found = see(lesson, {"exists": True, "State": {"Running": False}, "Config": {"Image": "nginx"}})
    assert not found.passed
    result = found.results[0]
    assert (result.expected, result.observed) == ("State.Running = true", "State.Running = false")
    assert found.message["hi-Latn"] == "Kya woh chal raha hai?"
    assert (found.mistake_id, found.hint) == ("", 1)


def test_what_is_not_there_is_said_so(lesson: Lesson) -> None:
    """A missing container is no list of missing values."""
    assert see(lesson, {"exists": False}).results[0].observed == "exists = false"


def test_a_known_mistake_is_named(lesson: Lesson) -> None:
    """Its words and its hint come before the check's."""
    found = see(lesson, {"exists": False}, "ls", "docker run nginx")
    assert (found.mistake_id, found.hint) == ("in-front", 2)
    assert found.message["en"] == "It holds your terminal."


def test_commands_count_from_another_one_on(tmp_path: Path) -> None:
    """What was typed before the last one that matches and succeeded is over; one that failed changes nothing."""
    folder = write_course(tmp_path)
    change(folder, 'history: {matches: "docker run (?!.*-d)"}', 'history: {matches: secret, after: "^renew"}')
    lesson = load_lesson(folder)

    def named(*typed: tuple[str, int]) -> str:
        key = request_for(Container("{{app}}"), VALUES).key
        history = [TypedCommand(*one) for one in typed]
        return judge(lesson.exercise("run-it"), Observations({key: {"exists": False}}), history, {}, VALUES).mistake_id

    assert named(("login secret", 0)) == "in-front"
    assert named(("login secret", 0), ("renew", 1)) == "in-front"
    assert named(("login secret", 0), ("renew", 0)) == ""
    assert named(("login secret", 0), ("renew", 0), ("login secret", 0), ("ls", 0)) == "in-front"


def test_a_mistake_does_not_matter_when_it_passes(lesson: Lesson) -> None:
    """Who found the way afterwards has passed."""
    fact = {"exists": True, "State": {"Running": True}, "Config": {"Image": "nginx"}}
    assert see(lesson, fact, "docker run nginx").mistake_id == ""


def test_what_could_not_be_observed_does_not_pass(lesson: Lesson) -> None:
    """The reason stands where the observation would."""
    key = request_for(Container("{{app}}"), VALUES).key
    seen = Observations(failures={key: "the machine's Docker Engine does not answer"})
    found = judge(lesson.exercise("run-it"), seen, [], {}, VALUES)
    assert not found.passed
    assert "does not answer" in found.results[0].observed
    assert judge(lesson.exercise("run-it"), Observations(), [], {}, VALUES).results[0].passed is False


@pytest.mark.parametrize(("answer", "passes"), [("8123", True), (" 8123.0 ", True), ("8124", False), ("", False)])
def test_an_answer_is_compared_as_its_field_says(lesson: Lesson, answer: str, passes: bool) -> None:  # noqa: FBT001
    """Numbers numerically, blanks around do not count, nothing typed never passes."""
    found = judge(lesson.exercise("which-port"), Observations(), [], {"answer": answer}, VALUES)
    assert found.passed is passes


def test_a_card_does_not_give_the_answer_away(lesson: Lesson) -> None:
    """What is expected of an answer is not shown."""
    found = judge(lesson.exercise("which-port"), Observations(), [], {"answer": "1"}, VALUES)
    assert found.results[0].expected == "the right answer"
    assert "8123" not in str(found)


def test_without_a_message_the_title_says_it(tmp_path: Path) -> None:
    """There is always a message, in every language of the lesson."""
    folder = write_course(tmp_path)
    change(folder, '        message: {en: "Count again.", hi-Latn: "Phir se giniye."}\n', "")
    found = judge(load_lesson(folder).exercise("which-port"), Observations(), [], {}, VALUES)
    assert found.message == {"en": "Not yet: The port is right", "hi-Latn": "Abhi nahi: Port sahi hai"}


@pytest.mark.parametrize("matcher", ["{same_as: OTHER}", "{not: {same_as: OTHER}}"])
def test_what_is_not_there_is_neither_the_same_nor_another(tmp_path: Path, matcher: str) -> None:
    """A comparison with something that the machine has not says so, and holds neither way."""
    folder = write_course(tmp_path)
    other = "{container: nobody, take: Id}"
    expect = f"expect: {{Id: {matcher.replace('OTHER', other)}}}"
    change(folder, "expect: {State.Running: true, Config.Image: nginx}", expect)
    exercise = load_lesson(folder).exercise("run-it")
    facts = {request_for(Container("otter"), VALUES).key: {"exists": True, "Id": "1"}}
    facts[request_for(Container("nobody"), VALUES).key] = {"exists": False}
    [result] = judge(exercise, Observations(facts), [], {}, VALUES).results
    assert not result.passed
    assert result.observed == "could not be observed: there is nothing at Id to compare with"


def test_everything_is_asked_for_once(tmp_path: Path) -> None:
    """Checks, signs of mistakes and comparisons, without doubles and without what is known here."""
    folder = write_course(tmp_path)
    change(folder, 'expect: "{{port}}"', "expect: {same_as: {command: [uname, -r], take: stdout}}")
    lesson = load_lesson(folder)
    specs = [request.spec["kind"] for request in plan(lesson.exercises, VALUES, lesson.remember)]
    assert specs == ["container", "command"]


def test_a_script_gets_parameters_as_variables() -> None:
    """They are never put into its text."""
    spec = request_for(Script('test -e "/srv/$app"'), VALUES).spec
    assert spec["script"] == 'test -e "/srv/$app"'
    assert spec["variables"] == VALUES


def test_what_is_remembered_becomes_a_parameter(lesson: Lesson) -> None:
    """A value that is not there is told."""
    key = request_for(Command(("uname", "-r")), VALUES).key
    assert memories(lesson.remember, Observations({key: {"stdout": "6.1\n"}}), VALUES) == {"kernel": "6.1"}
    with pytest.raises(Unobserved, match="kernel"):
        memories(lesson.remember, Observations({key: {}}), VALUES)


def test_results_are_plain_json(lesson: Lesson) -> None:
    """They are stored with the verdict."""
    data = see(lesson, {"exists": False}).results[0].as_json()
    assert data["id"] == "runs"
    assert set(data) == {"id", "title", "passed", "expected", "observed", "message"}
    assert type(data["title"]) is dict
