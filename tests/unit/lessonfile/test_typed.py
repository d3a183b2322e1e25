"""A script is typed command by command: what belongs together in one go, and without what is for people alone."""

import pytest

from slipway.lessonfile.typed import commands, faults, typed_text


def texts(script: str) -> list[str]:
    """Return what is typed."""
    return [command.text for command in commands(script)]


def test_lines_are_commands() -> None:
    """A blank line stays, for it waits for the prompt, and each command knows its line."""
    assert [(command.line, command.text) for command in commands("docker ps\n\nls\n^C\n")] == [
        (1, "docker ps"),
        (2, ""),
        (3, "ls"),
        (4, "^C"),
    ]


def test_remarks_at_the_top_are_not_typed() -> None:
    """Comments further down may belong to a here-document."""
    assert texts("#!/bin/bash\n# why\n\nls\n# kept\n") == ["ls", "# kept"]


@pytest.mark.parametrize(
    "command",
    [
        "cat >f <<'END'\none\n\n  it's\nEND",
        "cat >f <<END >g\none\nEND",
        "cat <<-END\n\tone\n\tEND",
        "cat <<A; cat <<B\na\nA\nb\nB",
        "echo 'one\n\ntwo'",
        'echo "one \\"\ntwo"',
        "docker run \\\n  -d nginx",
        "echo one # it's no quote",
        'cat <<< "x"',
    ],
)
def test_what_belongs_together_is_typed_in_one_go(command: str) -> None:
    """Here-documents, quotes and escaped line ends reach over lines; the next line is a command of its own."""
    assert texts(f"{command}\nls") == [command, "ls"]


def test_text_for_a_program_is_not_taken_for_shell() -> None:
    """An apostrophe that nothing closes, or a key, ends no line but its own."""
    assert texts("cat >f\nit's\n^D\necho 'x'") == ["cat >f", "it's", "^D", "echo 'x'"]
    assert texts("cat\nisn't\nthis") == ["cat", "isn't", "this"]


def test_why_no_check_notices_is_never_typed() -> None:
    """The remark is kept beside the command; other comments at a line's end are typed as they are."""
    looked, kept = commands("docker ps -a  # unchecked: only looks\necho a # b\n")
    assert (looked.text, looked.unchecked) == ("docker ps -a", "only looks")
    assert (kept.text, kept.unchecked) == ("echo a # b", "")
    assert typed_text("cat <<E  # unchecked: shows\na\nE\n") == "cat <<E\na\nE"


def test_a_remark_gives_its_reason() -> None:
    """One without is told by its line."""
    assert list(faults("ls\nls  # unchecked:\nls  # unchecked: looks\nls  # unchecked: .\n")) == [2, 4]
