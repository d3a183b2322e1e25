"""The shell's marks, with what learners do to their shells."""

from pathlib import Path

import pytest

from slipway.terminal.marks import CommandEnded, MarkParser
from tests.inside.page import Page


def run(folder: Path, *lines: str, rc: str = "") -> tuple[Page, list[tuple[str, int]]]:
    """Type lines into a new shell with this ~/.bashrc. Return the page and which commands its marks tell of."""
    (folder / ".bashrc").write_text(f"HISTFILE={folder}/history\n{rc}")
    with Page(folder) as page:
        boot = page.hello().boot
        for line in lines:
            page.run(line)
    found = MarkParser(boot.hex(), 0).feed(page.output)
    return page, [(mark.text, mark.exit_status) for mark in found if isinstance(mark, CommandEnded)]


@pytest.mark.parametrize(
    "line",
    [
        "true",
        "false",
        "echo 'a;b' \\\\ | cat; (exit 3)",
        "printf '\\e]133;D;0\\a'",
        "printf 'no line break'",
        "for i in 1 2; do echo $i; done",
        "echo ä 你好 \U0001f600",
        "sh -c 'kill -9 $$'",
    ],
)
def test_text_and_status_of_a_command(folder: Path, line: str) -> None:
    """What was typed and how it ended, as it was."""
    _, found = run(folder, line, "echo $?")
    assert found == [(line, found[0][1]), ("echo $?", 0)]
    assert found[0][1] == {"false": 1, "echo 'a;b' \\\\ | cat; (exit 3)": 3, "sh -c 'kill -9 $$'": 137}.get(line, 0)


def test_the_status_reaches_the_learner(folder: Path) -> None:
    """The hook changes neither $? nor $_ nor PIPESTATUS."""
    page, _ = run(folder, "(exit 7) | (exit 8)", 'echo "is $? ${PIPESTATUS[*]}"', ": word", 'echo "was $_"')
    assert b"is 8 7 8\r\n" in page.output
    assert b"was word\r\n" in page.output


def test_a_command_over_several_lines_is_one(folder: Path) -> None:
    """Its text is what history makes of it."""
    _, found = run(folder, "for i in 1 2\ndo echo $i\ndone", "echo 'two\nlines'")
    assert found == [("for i in 1 2; do echo $i; done", 0), ("echo 'two\nlines'", 0)]


@pytest.mark.parametrize("rc", ["set -u", "set -eu; true", "set -x", "set -o posix", "set +o history", "set -T"])
def test_the_learners_options_hold(folder: Path, rc: str) -> None:
    """The hook works under any of them and stays unseen."""
    page, found = run(folder, "echo one", "echo two", rc=rc)
    wanted = [("", 0), ("", 0)] if rc == "set +o history" else [("echo one", 0), ("echo two", 0)]
    assert found == wanted
    typed = page.output.rpartition(b"echo one\r\n")[2]
    assert b"unbound" not in typed
    assert b"slipway" not in typed


def test_the_learners_own_hooks_stay(folder: Path) -> None:
    """PROMPT_COMMAND, PS0, PS1 and a DEBUG trap do what they did, set before or later."""
    rc = "PROMPT_COMMAND='echo before'; PS0='begins '; PS1='mine> '; trap 'echo trapped $BASH_COMMAND' DEBUG\n"
    page, found = run(folder, "true", "PROMPT_COMMAND='echo after'", "PS0='starts '", "trap - DEBUG", "false", rc=rc)
    assert found[0] == ("true", 0)
    assert found[-1] == ("false", 1)
    for text in (b"before\r\n", b"after\r\n", b"begins ", b"starts ", b"mine> ", b"trapped true"):
        assert text in page.output


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        ("", ["echo 1", "echo 1", " echo 2", "echo 3"]),
        ("ignoredups", ["echo 1", "echo 1", " echo 2", "echo 3"]),
        ("ignorespace", ["echo 1", "echo 1", "", "echo 3"]),
        ("erasedups", ["echo 1", "echo 1", " echo 2", "echo 3"]),
    ],
)
def test_what_history_does_not_keep_has_no_text(folder: Path, control: str, expected: list[str]) -> None:
    """A command that the learner keeps out of history has a status only; never another one's text."""
    _, found = run(folder, "echo 1", "echo 1", " echo 2", "echo 3", rc=f"HISTCONTROL={control}\n")
    assert [text for text, _ in found] == expected


def test_an_older_sessions_history_is_not_taken_for_this_one(folder: Path) -> None:
    """The first command that history does not keep has no text, whatever the file ends with."""
    (folder / "history").write_text("rm -rf /\n")
    _, found = run(folder, " echo hidden", rc="HISTCONTROL=ignorespace\n")
    assert found == [("", 0)]


def test_history_is_kept_at_once(folder: Path) -> None:
    """A machine that is suspended loses no line."""
    run(folder, "echo kept")
    assert (folder / "history").read_text().splitlines()[-1] == "echo kept"


def test_redirected_output_holds_no_marks(folder: Path) -> None:
    """They go to the terminal, not into the learner's file."""
    _, found = run(folder, f"exec 3>&1 >{folder}/out", "echo text", "exec >&3")
    assert (folder / "out").read_text() == "text\n"
    assert len(found) == 3


def test_an_interrupted_line_is_no_command(folder: Path) -> None:
    """Ctrl-C and Enter alone bring a prompt and nothing else."""
    (folder / ".bashrc").write_text("")
    with Page(folder) as page:
        boot = page.hello().boot
        page.run("true")
        page.type_text("half\x03")
        page.see("^C")
        page.type_text("\n")
        page.run("echo end")
    found = [mark for mark in MarkParser(boot.hex(), 0).feed(page.output) if isinstance(mark, CommandEnded)]
    assert [mark.text for mark in found] == ["true", "echo end"]


def test_the_nonce_is_not_in_the_environment(folder: Path) -> None:
    """Programs that print their environment do not print it."""
    page, _ = run(folder, "env | grep -c SLIPWAY")
    assert b"\r\n0\r\n" in page.output or b"\x070\r\n" in page.output
