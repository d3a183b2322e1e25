"""What a text shows is held against what was printed."""

import pytest

from slipway.lessonfile.outputs import Difference, difference, plain


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("one\ntwo\n", "one\ntwo"),
        ("one\n", "one   \n\n\n"),
        ("NAME   ID\n", "NAME ID\n"),
        ("id …\n", "id 4f2a\n"),
        ("…-…-…\n", "a-b-c-d\n"),
        ("IMAGE … NAME …\n", "IMAGE NAME\n"),
        ("…\n", ""),
        ("…\n", "a\nb\n"),
        ("a\n…\nz\n", "a\nz\n"),
        ("a\n…\nb\n…\nz\n", "a\nb\nb\nc\nz\n"),
        ("…\nlast\n", "last\nlast\n"),
        ("  …  \nz\n", "1\n2\nz\n"),
        ("/docker-entrypoint.…\n", "/docker-entrypoint.…\n"),
        ("", ""),
    ],
)
def test_these_are_alike(shown: str, printed: str) -> None:
    """Dots stand for anything; blanks in a row and at ends do not matter."""
    assert difference(shown, printed) is None


@pytest.mark.parametrize(
    ("shown", "printed", "found"),
    [
        ("one\ntwo\n", "one\nthree\n", Difference(1, "two", "three")),
        ("one\ntwo\n", "one\n", Difference(1, "two", None)),
        ("one\n", "one\ntwo\n", Difference(1, None, "two")),
        ("a…a\n", "a\n", Difference(0, "a…a", "a")),
        ("a…b…c\n", "acb\n", Difference(0, "a…b…c", "acb")),
        ("a\n…\nz\n", "a\nb\n", Difference(2, "z", None)),
        ("", "oh\n", Difference(0, None, "oh")),
        (" one\n", "one\n", Difference(0, " one", "one")),
    ],
)
def test_the_first_difference_is_told(shown: str, printed: str, found: Difference) -> None:
    """With the line that was shown and the one that was printed."""
    assert difference(shown, printed) == found


def test_many_open_places_take_no_time() -> None:
    """Dots upon dots never go over the same twice."""
    assert difference("…\na…a…a…b\n" * 200, "a a a a c\n" * 2000) is not None


def test_a_terminal_s_colours_and_marks_are_no_text() -> None:
    """Neither are carriage returns, and a line that is drawn again reads as at last."""
    assert plain("\x1b[01;34mbin\x1b[0m\r\n\x1b]133;C\x07  1%\r 50%\r100%\r\n") == "bin\n100%\n"
