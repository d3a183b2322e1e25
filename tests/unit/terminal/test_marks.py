"""Commands found in a terminal's output."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.terminal.marks import MAX_MARK_BYTES, MAX_TEXT_BYTES, CommandBegan, CommandEnded, Mark, MarkParser

NONCE = "0123456789abcdef"


def escape(text: str) -> str:
    r"""Escape as the sandbox's bashrc does: ``\`` doubled, ``;`` and control characters as ``\xNN``."""
    return "".join(
        "\\\\" if c == "\\" else f"\\x{ord(c):02x}" if c == ";" or ord(c) < 32 or ord(c) == 127 else c for c in text
    )


def mark(text: str, status: int | str, nonce: str = NONCE) -> bytes:
    """Return what the shell prints after a command."""
    return f"\x1b]633;E;{escape(text)};{nonce}\x07\x1b]133;D;{status}\x07\x1b]133;A\x07".encode()


def parse(*pieces: bytes) -> list[Mark]:
    """Return the marks in an output that comes in these pieces."""
    parser = MarkParser(NONCE, 1000)
    return [found for piece in pieces for found in parser.feed(piece)]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
noise = st.binary(max_size=30).filter(lambda data: b"\x1b" not in data)


@given(st.lists(st.tuples(noise, texts, st.integers(0, 255)), max_size=4), st.integers(1, 50))
def test_every_command_is_found_however_the_output_is_cut(commands: list[tuple[bytes, str, int]], step: int) -> None:
    """Text, status and place of each command come out, whatever is printed between."""
    output, expected = b"", []
    for printed, text, status in commands:
        output += printed + mark(text, status)
        end = 1000 + len(output) - len(b"\x1b]133;A\x07")
        expected.append(CommandEnded(end, text, status))
    assert parse(*(output[at : at + step] for at in range(0, len(output), step))) == expected


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_no_output_breaks_it(pieces: list[bytes]) -> None:
    """Any bytes are fine, and none of them is a command without the nonce."""
    assert not [found for found in parse(*pieces) if isinstance(found, CommandEnded)]


def test_a_command_begins() -> None:
    """The mark of PS0 tells when, so that a command has a duration."""
    assert parse(b"x\x1b]133;C\x07") == [CommandBegan(1009)]


@pytest.mark.parametrize(
    "output",
    [
        mark("rm -rf /", 0, nonce="fedcba9876543210"),
        b"\x1b]133;D;0\x07",
        b"\x1b]633;E;true;" + NONCE.encode() + b"\x07 something \x1b]133;D;0\x07",
        b"\x1b]633;E;true;" + NONCE.encode() + b"\x07\x1b[31m\x1b]133;D;0\x07",
        b"\x1b]633;E;true;" + NONCE.encode() + b"\x07\x1b]133;D;999\x07",
        b"\x1b]633;E;true;" + NONCE.encode() + b"\x18\x07\x1b]133;D;0\x07",
    ],
    ids=["nonce", "no text", "text between", "sequence between", "no status", "cancelled"],
)
def test_what_a_program_prints_is_no_mark(output: bytes) -> None:
    """Only the shell's own two sequences, one after the other, make a command."""
    assert parse(output) == []


def test_the_other_terminator_counts_too() -> None:
    r"""A sequence may end with ESC backslash."""
    assert parse(mark("ls", 1).replace(b"\x07", b"\x1b\\")) == [CommandEnded(1038 + 2, "ls", 1)]


def test_memory_is_bounded() -> None:
    """A sequence without an end is given up, and what follows is found again."""
    parser = MarkParser(NONCE, 0)
    for _ in range(10):
        parser.feed(b"\x1b]633;E;" + b"x" * MAX_MARK_BYTES)
    assert len(parser._sequence) <= MAX_MARK_BYTES
    assert [found for found in parser.feed(b"\x07" + mark("ls", 0)) if isinstance(found, CommandEnded)]


def test_a_long_text_is_cut() -> None:
    """At most 8 KiB of text are kept, also when every byte is escaped."""
    parser = MarkParser(NONCE, 0)
    (found,) = parser.feed(mark("\n" * MAX_TEXT_BYTES, 0))
    assert isinstance(found, CommandEnded)
    assert found.text == "\n" * MAX_TEXT_BYTES


@pytest.mark.parametrize("status", ["256", "9" * 5000, "-1", "1x", ""])
def test_a_status_that_is_none_ends_no_command(status: str) -> None:
    """Also not one with more digits than Python reads."""
    assert not [found for found in parse(mark("ls", status)) if isinstance(found, CommandEnded)]
