"""What a proof rests on changes its hash; what people only read does not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from slipway.lessonfile.load import load_lesson
from slipway.proofs.digests import TEXT, Ground, digests
from tests.lesson_sample import change

GROUND = Ground("slipway/lab-docker:1", "code-1")
FIRST, SECOND = "run-it", "which-port"


def changed(folder: Path, make: Callable[[], object]) -> set[str]:
    """Return the names of what has another hash after a change."""
    before = digests(load_lesson(folder), GROUND)
    make()
    after = digests(load_lesson(folder), GROUND)
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Config.Image: nginx", "Config.Image: ubuntu", {FIRST, TEXT}),
        ('container: "{{app}}"', 'container: "{{app}}-1"', {FIRST, TEXT}),
        ('docker run (?!.*-d)"', 'docker run (?!.*--detach)"', {FIRST}),
        ("      - id: in-front\n", "      - id: attached\n", {FIRST}),
        ("kind: number", "kind: text", {SECOND, TEXT}),
        ('solution: {answers: {answer: "{{port}}"}}', 'solution: {answers_from: {answer: "ss"}}', {SECOND, TEXT}),
        ('expect: "{{port}}"', "expect: {at_least: 1}", {SECOND, TEXT}),
        ("    after: run-it\n", "", {SECOND}),
        ("[otter, heron]", "[otter, seal]", {FIRST, SECOND, TEXT}),
        ("{integer: [8100, 8199]}", "{integer: [8100, 8198]}", {FIRST, SECOND, TEXT}),
        ('[uname, "-r"]', '[uname, "-s"]', {FIRST, SECOND, TEXT}),
        ('echo "$app"', 'printf "$app"', {FIRST, SECOND, TEXT}),
        ("image: lab-docker", "image: lab-metal", {FIRST, SECOND, TEXT}),
    ],
)
def test_each_ingredient_counts(folder: Path, old: str, new: str, expected: set[str]) -> None:
    """For what rests on it, and for nothing else."""

    def make() -> None:
        change(folder, old, new)
        if new.endswith("attached\n"):
            change(folder, "mistake: in-front", "mistake: attached")

    assert changed(folder, make) == expected


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("run-it.sh", "docker run --name {{app}} -d nginx\n", {FIRST, SECOND, TEXT}),
        ("run-it.front.sh", "docker run nginx\n^C\n", {FIRST}),
        ("run-it.sh", "# said to people\ndocker run -d --name {{app}} nginx  # unchecked: reason\n", set()),
    ],
)
def test_what_is_typed_counts(folder: Path, file: str, text: str, expected: set[str]) -> None:
    """A solution also for what comes after it; remarks are not typed."""
    assert changed(folder, lambda: (folder / "solutions" / file).write_text(text)) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title: {en: "A first container"', 'title: {en: "Another title"'),
        ('{en: "Is it running?"', '{en: "Does it run?"'),
        ('say: {en: "It holds', 'say: {en: "It blocks'),
        ('{en: "The option is', '{en: "An option is'),
        ('explain: {en: "It goes', 'explain: {en: "It runs'),
        ('{en: "The port",', '{en: "Port",'),
        ('title: {en: "Putting a file', 'title: {en: "Placing a file'),
        ("points: 5", "points: 6"),
        ("hint: 1", "hint: 2"),
        ("minutes: 10", "minutes: 11"),
    ],
)
def test_words_for_people_do_not_count(folder: Path, old: str, new: str) -> None:
    """Nobody has to prove again for a better sentence."""
    assert changed(folder, lambda: change(folder, old, new)) == set()


def test_of_a_text_its_commands_count(folder: Path) -> None:
    """With their outputs and their places; prose, other languages and pictures do not."""
    assert changed(folder, lambda: change(folder, "and **{{app}}** it is", "truly", "lesson.md")) == set()
    assert changed(folder, lambda: change(folder, "ko chalaiye", "ko chalao", "lesson.hi-Latn.md")) == set()
    assert changed(folder, lambda: change(folder, 'width="4"', 'width="5"', "pictures/boxes.svg")) == set()

    def show() -> None:
        for name in ("lesson.md", "lesson.hi-Latn.md"):
            change(folder, "nginx\n```\n", "nginx\n```\n\n```output\n…\n```\n", name)

    assert changed(folder, show) == {TEXT}

    def move() -> None:
        for name, heading in (("lesson.md", "## In between\n"), ("lesson.hi-Latn.md", "### Kaunsa port?")):
            block = "```sh\ndocker run -d --name {{app}} nginx\n```\n\n```output\n…\n```\n"
            change(folder, block, "", name)
            change(folder, heading, f"## Aside {{#s-aside}}\n\n{block}\n{heading}", name)

    assert changed(folder, move) == {TEXT}


@pytest.mark.parametrize("ground", [replace(GROUND, image="slipway/lab-docker:2"), replace(GROUND, code="code-2")])
def test_the_ground_counts_for_all(folder: Path, ground: Ground) -> None:
    """Another sandbox or another way to judge: everything has to be proven again."""
    lesson = load_lesson(folder)
    before, after = digests(lesson, GROUND), digests(lesson, ground)
    assert not set(before.values()) & set(after.values())
    assert list(before) == [FIRST, SECOND, TEXT]


def test_a_hash_is_the_same_in_another_process(folder: Path) -> None:
    """It is kept in files: this one was written down when it was made."""
    lesson = load_lesson(folder)
    assert digests(lesson, GROUND) == digests(load_lesson(folder), GROUND)
    assert {len(digest) for digest in digests(lesson, GROUND).values()} == {32}


def test_a_step_that_an_exercise_does_not_need_is_none_of_its_proof(folder: Path) -> None:
    """Whoever says which exercises need a step changes nothing but the proofs of the others."""
    step = '      echo "$app" >/root/name\n'
    assert changed(folder, lambda: change(folder, step, f"{step}    for: [{FIRST}]\n")) == set()
    change(folder, "    after: run-it\n", "")
    assert changed(folder, lambda: change(folder, f"    for: [{FIRST}]\n", f"    for: [{SECOND}]\n")) == {FIRST, SECOND}
    assert changed(folder, lambda: change(folder, 'echo "$app"', 'printf "$app"')) == {SECOND, TEXT}
