"""Parameters are drawn within their bounds and filled in where they stand."""

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.matchers import Equals, Expectation, Matches
from slipway.lessonfile.parameters import draw, fill, fill_all, names_in
from slipway.lessonfile.scripts import setup_argv
from slipway.lessonfile.subjects import Command, History, Process
from tests.lesson_sample import change


def test_the_same_seed_draws_the_same(folder: Path) -> None:
    """A draw depends on its source of randomness alone."""
    lesson = load_lesson(folder)
    assert draw(lesson, random.Random(7)) == draw(lesson, random.Random(7))
    assert draw(lesson).keys() == {"app", "port"}


def test_every_form_is_drawn_within_its_bounds(folder: Path) -> None:
    """Words, hexadecimal digits, samples and numbers; what must differ differs."""
    extra = [
        "token: {hex: 8}",
        "two: {sample: {from: fruits, count: 2}}",
        "b: {choose: [otter, heron], differs_from: app}",
        "port",
    ]
    change(folder, "port", "\n  ".join(extra))
    lesson = load_lesson(folder)
    for seed in range(50):
        drawn = draw(lesson, random.Random(seed))
        assert len(drawn["token"]) == 8
        assert int(drawn["token"], 16) >= 0
        assert len(set(drawn["two"].split())) == 2
        assert 8100 <= int(drawn["port"]) <= 8199
        assert drawn["b"] != drawn["app"]


def test_parameters_are_put_together_from_those_above(folder: Path) -> None:
    """A text, and the values to choose from, may hold earlier ones."""
    change(folder, "  port:", '  tag: {text: "{{app}}-x"}\n  name: {choose: ["{{tag}}/a", "{{tag}}/b"]}\n  port:')
    drawn = draw(load_lesson(folder), random.Random(3))
    assert drawn["tag"] == f"{drawn['app']}-x"
    assert drawn["name"] in {f"{drawn['app']}-x/a", f"{drawn['app']}-x/b"}


def test_only_known_names_are_filled() -> None:
    """Go's templates and unknown names stay as they are."""
    text = "{{app}} {{.State.Pid}} {{json .}} {{end}} {{ app }}"
    assert fill(text, {"app": "otter"}) == "otter {{.State.Pid}} {{json .}} {{end}} {{ app }}"
    assert list(names_in(text)) == ["app"]


def test_everything_inside_a_check_is_filled() -> None:
    """Dataclasses, tuples and mappings are rebuilt with the values."""
    subject = fill_all(Command(("echo", "{{app}}"), timeout_seconds=2.0), {"app": "x"})
    assert subject == Command(("echo", "x"), timeout_seconds=2.0)
    assert fill_all((Expectation("{{app}}", Equals("{{app}}")),), {"app": "x"}) == (Expectation("x", Equals("x")),)
    assert fill_all({"en": "{{app}}"}, {"app": "x"}) == {"en": "x"}


@given(st.dictionaries(st.sampled_from(["app", "port"]), st.text()), st.text())
def test_filling_never_fails(parameters: dict[str, str], text: str) -> None:
    """Any text and any value will do."""
    assert isinstance(fill(text, parameters), str)


def test_setup_runs_in_a_clean_environment(folder: Path) -> None:
    """Parameters are variables, never part of the script's text."""
    lesson = load_lesson(folder)
    argv = setup_argv(lesson.setup[0], {"app": "x; rm -rf /"})
    assert "/usr/bin/env -i " in argv[2]
    assert "app=x; rm -rf /" in argv
    assert "rm -rf" not in argv[-2]


def test_a_value_stands_for_itself_in_a_regular_expression() -> None:
    """What was observed in a machine may hold anything, and must not match more than itself."""
    assert fill_all(Matches("^{{sum}}$"), {"sum": ".*"}) == Matches(r"^\.\*$")
    assert fill_all(History("run {{name}}", after="{{name}}"), {"name": "a|b"}) == History(r"run a\|b", after=r"a\|b")
    assert fill_all(Process(name="{{name}}", cmdline="{{name}}"), {"name": "c++"}) == Process("c++", r"c\+\+")
