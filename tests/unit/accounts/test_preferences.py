"""What a person chose for terminals comes back from a cookie, which anybody may have written."""

import pytest
from django.test import RequestFactory

from slipway.accounts.preferences import Colours, TerminalLook, look_of

PLAIN = TerminalLook()
LIGHT = TerminalLook(18, Colours.LIGHT, copies=True, asks=False, flashes=True, leaves=False, is_read=True)
OFF = TerminalLook(10, Colours.CONTRAST, copies=False, asks=False, flashes=False, leaves=False, is_read=False)


@pytest.mark.parametrize(
    ("cookie", "look"),
    [
        ("", PLAIN),
        ("size=18&colours=light&copies=on&flashes=on&isRead=on", LIGHT),
        ("size=10&colours=contrast", OFF),
        ("size=9&colours=light", PLAIN),
        ("size=99999999999999999999&colours=light", PLAIN),
        ("size=²&colours=light", PLAIN),
        ("colours=light", PLAIN),
        ("size=14&colours=pink&asks=on&flashes=on&leaves=on", PLAIN),
        ("size=14" * 1000, PLAIN),
        ("%ff&=&&;", PLAIN),
    ],
)
def test_a_look_is_read_or_the_plain_one_is_there(cookie: str, look: TerminalLook) -> None:
    """Nothing that a cookie holds is taken as it is."""
    request = RequestFactory().get("/")
    request.COOKIES["terminal"] = cookie
    assert look_of(request) == look
