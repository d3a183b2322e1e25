"""A lesson is gone through as its page reads."""

from pathlib import Path

from slipway.lessonfile.lint import lint
from slipway.lessonfile.load import load_lesson
from slipway.lessonfile.walkthrough import Block, Ending, Opening, Shown, Step, steps
from tests.lesson_sample import change

TEXT = """\
# A lesson

```sh
uname -r
```

```output
6.1
```

## Start {#run-it}

```sh {copy}
docker run nginx
```

#### By the way

> ```sh
> docker ps
> docker ps -a
> ```

### Which port? {#which-port}

```console
$ ls
```

## The end

```sh
```

```sh
ls
```
"""


HINGLISH = """\
# Ek lesson

```sh
uname -r
```

```output
6.1
```

## Shuru {#run-it}

```sh
docker ps
docker ps -a
```

### Kaunsa port? {#which-port}

## Ant

```sh
ls
```
"""


def _say(folder: Path) -> list[str]:
    return [str(problem) for problem in lint(folder)]


def _named(step: Step) -> Block | str:
    match step:
        case Opening(exercise):
            return f"open {exercise.id}"
        case Ending(exercise):
            return f"do {exercise.id}"
        case Block():
            return step


def _write(folder: Path) -> None:
    (folder / "lesson.md").write_text(TEXT)
    (folder / "lesson.hi-Latn.md").write_text(HINGLISH)


def test_blocks_and_exercises_come_in_order(folder: Path) -> None:
    """An exercise is done where its card ends; what is only copied, shown or empty is not run."""
    _write(folder)
    lines = TEXT.splitlines()
    assert [_named(step) for step in steps(load_lesson(folder))] == [
        Block(lines.index("uname -r") + 1, "uname -r", Shown(lines.index("6.1") + 1, "6.1\n")),
        "open run-it",
        Block(lines.index("> docker ps") + 1, "docker ps\ndocker ps -a"),
        "do run-it",
        "open which-port",
        "do which-port",
        Block(lines.index("ls") + 1, "ls"),
    ]


def test_every_language_runs_the_same(folder: Path) -> None:
    """What differs first is told at its line; the English text is the one that is tried."""
    _write(folder)
    assert _say(folder) == []
    change(folder, "docker ps -a", "docker ps -q", "lesson.hi-Latn.md")
    assert "lesson.hi-Latn.md:14: lesson.md runs another command in line 20." in _say(folder)[0]


def test_every_language_shows_the_same_output(folder: Path) -> None:
    """An output that is translated would be tried by nobody."""
    _write(folder)
    change(folder, "6.1", "6.2", "lesson.hi-Latn.md")
    assert "lesson.hi-Latn.md:4: lesson.md shows another output at line 4." in _say(folder)[0]


def test_a_missing_command_is_told(folder: Path) -> None:
    """On either side."""
    _write(folder)
    change(folder, "```sh\nls\n```", "", "lesson.hi-Latn.md")
    assert "The command in line 36 of lesson.md is missing. Add `ls`." in _say(folder)[0]
    _write(folder)
    change(folder, "```sh\nls\n```", "", "lesson.md")
    assert "lesson.md has no such command." in _say(folder)[0]


def test_a_remark_needs_its_reason(folder: Path) -> None:
    """`# unchecked:` alone explains nothing."""
    (folder / "solutions" / "run-it.sh").write_text("docker ps  # unchecked:\n")
    assert "solutions/run-it.sh:1: It is not said why" in _say(folder)[0]
