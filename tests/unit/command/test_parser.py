"""The command line."""

import pytest

from slipway.command import parser


def test_up_takes_port_and_host() -> None:
    """Both are optional."""
    arguments = parser.build().parse_args(["up", "--port", "8080", "--host", "0.0.0.0"])  # noqa: S104  (what people type)
    assert (arguments.port, arguments.host) == (8080, "0.0.0.0")  # noqa: S104


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_what_is_no_port_is_refused(port: str) -> None:
    """The mistake is told before anything runs."""
    with pytest.raises(SystemExit):
        parser.build().parse_args(["up", "--port", port])


@pytest.mark.parametrize("words", [[], ["unit"], ["unit", "-k", "name", "-x"], ["--help"], ["--json", "echo"]])
def test_words_for_another_program_are_left_as_they_are(words: list[str]) -> None:
    """Pytest, prove and bench understand their options themselves."""
    assert parser.build().parse_args(["test", *words]).words == words
