"""Questions become checks and mistakes that judging knows; what a page sends of them is kept in ids."""

from pathlib import Path

import pytest

from slipway.grading.judging import Judgement, Observations, TypedCommand, judge, request_for
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.model import AnswerField, Exercise, Lesson
from slipway.lessonfile.questions import AnswerError, kept, shuffled, written
from slipway.proofs.digests import Ground, exercise_digest
from tests.lesson_sample import change

LESSON = Path(__file__).parents[2] / "lessons" / "question-course" / "01-questions"
VALUES = {"memory": "512"}


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """Give a lesson with a question of every kind."""
    return load_lesson(LESSON)


def judged(exercise: Exercise, **answers: str) -> Judgement:
    """Judge nothing but answers."""
    return judge(exercise, Observations(), (), answers, VALUES)


def field_of(lesson: Lesson, exercise: str) -> AnswerField:
    """Return the first question of an exercise."""
    return lesson.exercise(exercise).answers[0]


@pytest.mark.parametrize(
    ("exercise", "answer", "mistake"),
    [
        ("one-of-them", "kernel", ""),
        ("one-of-them", "files", "answer-files"),
        ("one-of-them", "address", "answer-address"),
        ("some-of-them", "kernel, clock", ""),
        ("some-of-them", "kernel", "answer-clock"),
        ("some-of-them", "clock, files", "answer-kernel"),
        ("some-of-them", "kernel, clock, files", "answer-files"),
        ("in-order", "firmware, loader, kernel", ""),
        ("in-order", "loader, firmware, kernel", "answer-firmware"),
        ("in-order", "firmware, kernel, loader", "answer-loader"),
        ("which-to-which", "ls=ls, ps=ps, rm=rm", ""),
        ("which-to-which", "ls=ls, ps=rm, rm=ps", "answer-ps"),
        ("which-to-which", "ls=ps, ps=ps, rm=rm", "answer-ls"),
    ],
)
def test_a_wrong_answer_tells_why(lesson: Lesson, exercise: str, answer: str, mistake: str) -> None:
    """The first that is wrong about it names its own reason; the right one passes."""
    found = judged(lesson.exercise(exercise), answer=answer)
    assert (found.passed, found.mistake_id) == (not mistake, mistake)
    assert bool(found.message.get("hi-Latn")) == bool(mistake)


def test_nothing_answered_is_no_mistake(lesson: Lesson) -> None:
    """Who has not answered yet is told of no reason."""
    for exercise in lesson.exercises:
        found = judged(exercise)
        assert (found.passed, found.mistake_id) == (False, "")


@pytest.mark.parametrize(
    ("typed", "passes"), [("512", True), ("537", True), ("538", False), ("0.5 GiB", True), ("524288KiB", True)]
)
def test_a_number_may_be_near_and_in_another_unit(lesson: Lesson, typed: str, passes: bool) -> None:  # noqa: FBT001
    """Five percent of a parameter to either side, after it was brought into the field's unit."""
    answer = kept(field_of(lesson, "how-much"), [typed], "seed")
    found = judged(lesson.exercise("how-much"), memory=answer, release="v26.1.5")
    assert {result.id: result.passed for result in found.results} == {"memory": passes, "release": True}


@pytest.mark.parametrize("typed", ["much", "512 MHz", "1,024", "512 MiB MiB"])
def test_a_number_that_is_none_is_refused_with_a_way_on(lesson: Lesson, typed: str) -> None:
    """It says which unit goes there."""
    with pytest.raises(AnswerError, match="MiB"):
        kept(field_of(lesson, "how-much"), [typed], "seed")


def test_a_nul_is_left_out(lesson: Lesson) -> None:
    """PostgreSQL cannot keep one; no key types it."""
    assert kept(AnswerField("answer", {"en": "Version"}), ["26\0.1 "], "seed") == "26.1"


def test_what_a_page_sends_names_no_id(lesson: Lesson) -> None:
    """Places in what it showed become ids: the same for the same attempt, and never the right order at first."""
    order, match = field_of(lesson, "in-order"), field_of(lesson, "which-to-which")
    for seed in map(str, range(20)):
        mixed = shuffled(order, seed)
        assert mixed != order.options
        assert mixed == shuffled(order, seed)
        right = [f"{mixed.index(option) + 1}={place}" for place, option in enumerate(order.options, start=1)]
        assert kept(order, right, seed) == "firmware, loader, kernel"
        partners = shuffled(match, seed)
        pairs = [f"{place}={partners.index(option) + 1}" for place, option in enumerate(match.options, start=1)]
        assert kept(match, pairs, seed) == "ls=ls, ps=ps, rm=rm"
    assert kept(field_of(lesson, "one-of-them"), ["2"], "") == "kernel"
    assert kept(field_of(lesson, "some-of-them"), ["", "2", "1"], "") == "kernel, clock"


@pytest.mark.parametrize(
    ("exercise", "given", "said"),
    [
        ("one-of-them", [], "Choose one answer."),
        ("one-of-them", ["4"], "not among those"),
        ("one-of-them", ["kernel"], "not among those"),
        ("one-of-them", ["1", "2"], "Choose one answer."),
        ("some-of-them", [""], "Choose at least one answer."),
        ("in-order", ["1=1", "2=1", "3=3"], "Two items have the same place."),
        ("in-order", ["1=1", "2=2"], "Give every item a place."),
        ("which-to-which", ["1=1", "2="], "not among those"),
        ("which-to-which", ["1=1"], "Match every item."),
    ],
)
def test_half_an_answer_is_refused(lesson: Lesson, exercise: str, given: list[str], said: str) -> None:
    """And so is what no page sends."""
    with pytest.raises(AnswerError, match=said):
        kept(field_of(lesson, exercise), given, "seed")


@pytest.mark.parametrize("typed", ["9" * 400, f"0.{'3' * 400}", "1.2.3", "-" * 400])
def test_a_number_has_an_end(lesson: Lesson, typed: str) -> None:
    """More digits than a number can tell apart are refused, with what to write."""
    with pytest.raises(AnswerError, match=r"Write a number in MiB.*at most 15 digits"):
        kept(field_of(lesson, "how-much"), [typed], "seed")
    assert kept(field_of(lesson, "how-much"), [f"{'9' * 15}.5 TiB"], "seed")


def test_a_prediction_that_is_missing_is_said_in_words(lesson: Lesson) -> None:
    """And not as what a value must be."""
    found = judged(lesson.exercise("think-first"))
    own = [result.expected for result in found.results if result.id.startswith(("answer-", "outcome-"))]
    assert own == ["your prediction", "what comes out", "your prediction"]


def test_the_solution_of_a_question_is_known(lesson: Lesson) -> None:
    """Its author marks what is right once."""
    answers = {exercise.id: exercise.solution.answers for exercise in lesson.exercises}
    assert answers["some-of-them"] == {"answer": "kernel, clock"}
    assert answers["which-to-which"] == {"answer": "ls=ls, ps=ps, rm=rm"}
    assert answers["think-first"] == {"lines": "1", "ending": "ends"}
    assert lesson.exercise("how-much").wrong_attempts[0].answers["memory"] == "512"
    assert written(field_of(lesson, "some-of-them"), "clock,kernel") == "kernel, clock"


def test_a_prediction_is_kept_and_never_wrong(lesson: Lesson) -> None:
    """It passes once it was tried, whatever was predicted, and the verdict holds what came out."""
    exercise = lesson.exercise("think-first")
    outcome = next(check.subject for check in exercise.checks if check.id == "outcome-lines")
    seen = Observations({request_for(outcome, VALUES).key: {"stdout": "1\n", "exit_status": 0}})  # type: ignore[arg-type]  # a command
    answers = {"lines": "7", "ending": "stays"}
    assert not judge(exercise, seen, (), answers, VALUES).passed
    found = judge(exercise, seen, [TypedCommand("docker ps", 0)], answers, VALUES)
    assert found.passed
    assert next(result.observed for result in found.results if result.id == "outcome-lines") == "stdout = 1"


def test_words_of_options_do_not_count_and_what_is_right_does(folder: Path) -> None:
    """A proof holds when an option is worded better, and not when another one is right."""
    change(
        folder,
        "kind: number}",
        'kind: choice, options: [{id: a, text: "`1`", right: true}, {id: b, text: "`2`", why: "`3`"}]}',
    )
    change(folder, 'solution: {answers: {answer: "{{port}}"}}', "")
    change(folder, 'answer: answer\n        expect: "{{port}}"', "port: 80")

    def digest() -> str:
        lesson = load_lesson(folder)
        return exercise_digest(lesson, lesson.exercise("which-port"), Ground("image", "code"))

    before = digest()
    change(folder, 'text: "`1`"', 'text: "`11`"')
    change(folder, 'why: "`3`"', 'why: "`33`"')
    assert digest() == before
    change(folder, 'text: "`11`", right: true', 'text: "`11`", why: "`4`"')
    change(folder, 'text: "`2`", why: "`33`"', 'text: "`2`", right: true')
    assert digest() != before
