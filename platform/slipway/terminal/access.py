"""Who may open a terminal, and into which machine it leads."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_noop

from slipway.accounts.models import User
from slipway.courses import selectors as courses
from slipway.sandboxes import policies
from slipway.sandboxes.doors import SAID, Access, Shut, ShutError, find_door, is_out_of_reach
from slipway.sandboxes.states import State

# Within this time of the request a warm machine is claimed; later there is none, or nobody who could.
CLAIM_TAKES = timedelta(seconds=1)


class CloseCode:
    """Why the server closes a terminal's WebSocket. The page acts on the number; the reason is for people."""

    BAD_MESSAGE = 4400
    NOT_SIGNED_IN = 4401
    NOT_YOURS = 4403
    NOT_FOUND = 4404
    NOT_READY = 4409
    SHELL_ENDED = 4410
    BEYOND = 4416
    TOO_MANY = 4429
    BAD_SANDBOX = 4502
    LOST = 4503
    FULL = 4529


_CODES = {
    Shut.NOT_SIGNED_IN: CloseCode.NOT_SIGNED_IN,
    Shut.NOT_YOURS: CloseCode.NOT_YOURS,
    Shut.NOT_FOUND: CloseCode.NOT_FOUND,
    Shut.OUT_OF_REACH: CloseCode.LOST,
}

# A close frame has room for 123 bytes, which is little in Hindi. So it holds English, for programs and logs, and the
# page tells its person the same by the code, in their language.
REASONS = {
    **{code: SAID[why] for why, code in _CODES.items()},
    CloseCode.BEYOND: gettext_noop(
        "This machine's lessons have {most} terminals at most. Close this one and use another."
    ),
    CloseCode.TOO_MANY: gettext_noop(
        "You have {most} terminals open, as many as one person may have. Close some in another window."
    ),
    CloseCode.FULL: gettext_noop(
        "Slipway has as many terminals open as it can serve."
        " It tries again by itself; close those that you do not need."
    ),
}


class RefusedError(Exception):
    """A terminal does not open; `code` is a `CloseCode` and the text the reason, by default that of REASONS.

    `may_pass_soon` tells that it is worth another look at once.
    """

    def __init__(self, code: int, reason: str = "", *, most: int = 0, may_pass_soon: bool = False) -> None:
        super().__init__(reason or REASONS[code].format(most=most))
        self.code = code
        self.may_pass_soon = may_pass_soon


@dataclass(frozen=True, slots=True)
class Door:
    """A way into a machine: as whom, on which engine's socket, under which name, and whether it has a past.

    `bytes_per_second` is how fast its terminals may print; 0: as fast as the page draws.
    """

    access: Access
    socket: str
    machine: str
    has_past: bool = False
    bytes_per_second: int = 0


def open_door(*, user: User | AnonymousUser, sandbox_id: UUID, terminal: str) -> Door:
    """Return the way into a sandbox's machine. Raise `RefusedError` with what the page should know."""
    try:
        access, sandbox = find_door(user=user, sandbox_id=sandbox_id)
    except ShutError as error:
        raise RefusedError(_CODES[error.why]) from error
    # The first is there always, and opens fastest.
    if terminal != "1" and int(terminal) > (most := courses.most_terminals(course=sandbox.course, image=sandbox.image)):
        raise RefusedError(CloseCode.BEYOND, most=most)
    if sandbox.state != State.READY or sandbox.engine is None:
        is_being_claimed = sandbox.state == State.REQUESTED and timezone.now() - sandbox.state_at < CLAIM_TAKES
        raise RefusedError(CloseCode.NOT_READY, sandbox.state, may_pass_soon=is_being_claimed)
    if is_out_of_reach(sandbox):
        raise RefusedError(CloseCode.LOST)
    return Door(
        access,
        sandbox.engine.socket,
        sandbox.machine,
        has_past=sandbox.scrollbacks.exists(),
        bytes_per_second=policies.of(sandbox.kind).terminal_bytes_per_second,
    )
