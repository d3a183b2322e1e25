"""What differs between expected and observed is marked, and nothing in either acts."""

import pytest

from slipway.pages.diff import marked


@pytest.mark.parametrize(
    ("expected", "observed", "shown"),
    [
        ("exists = true", "exists = false", ("exists = <mark>true</mark>", "exists = <mark>false</mark>")),
        ("same", "same", ("same", "same")),
        ("a = 1; b = 2", "a = 1", ("a = 1<mark>; b = 2</mark>", "a = 1")),
        ("what your machine says", "6.18", ("what your machine says", "6.18")),
        ("<b> = 1", "<b> = 2", ("&lt;b&gt; = <mark>1</mark>", "&lt;b&gt; = <mark>2</mark>")),
        ("", "", ("", "")),
    ],
)
def test_what_differs_is_marked(expected: str, observed: str, shown: tuple[str, str]) -> None:
    """Words, not letters; two texts that have little in common stay unmarked."""
    assert marked(expected, observed) == shown


def test_long_texts_are_not_compared() -> None:
    """A page must not wait for them."""
    assert marked("a b " * 400, "a c " * 400)[0] == "a b " * 400
