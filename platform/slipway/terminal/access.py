"""Who may open a terminal, and into which machine it leads."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext_noop

from slipway.accounts import selectors as people
from slipway.accounts.models import User
from slipway.courses import selectors as courses
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State

# Within this time of the request a warm machine is claimed; later there is none, or nobody who could.
CLAIM_TAKES = timedelta(seconds=1)


class Access(Enum):
    """As whom a person looks at a terminal."""

    OWNER = "owner"
    GRADER = "grader"


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


# A close frame has room for 123 bytes, which is little in Hindi. So it holds English, for programs and logs, and the
# page tells its person the same by the code, in their language.
REASONS = {
    CloseCode.NOT_SIGNED_IN: gettext_noop("Sign in to open this terminal."),
    CloseCode.NOT_FOUND: gettext_noop("This machine is gone. Open the lesson again for another one."),
    CloseCode.NOT_YOURS: gettext_noop("This machine belongs to somebody else."),
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
    """A way into a machine: as whom, on which engine's socket, under which name, and whether it has a past."""

    access: Access
    socket: str
    machine: str
    has_past: bool = False


def may_open(user: User | AnonymousUser, sandbox: Sandbox) -> Access | None:
    """Return as whom this person may open the sandbox's terminals, or None."""
    if not user.is_authenticated or not sandbox.course:
        return None
    if sandbox.owner_id == user.pk:
        return Access.OWNER
    return Access.GRADER if people.may_grade(user=user, course=sandbox.course) else None


def open_door(*, user: User | AnonymousUser, sandbox_id: UUID, terminal: str) -> Door:
    """Return the way into a sandbox's machine. Raise `RefusedError` with what the page should know."""
    if not user.is_authenticated:
        raise RefusedError(CloseCode.NOT_SIGNED_IN)
    sandbox = Sandbox.objects.select_related("engine").filter(pk=sandbox_id).first()
    if sandbox is None or sandbox.state == State.GONE:
        raise RefusedError(CloseCode.NOT_FOUND)
    access = may_open(user, sandbox)
    if access is None:
        raise RefusedError(CloseCode.NOT_YOURS)
    # The first is there always, and opens fastest.
    if terminal != "1" and int(terminal) > (most := courses.most_terminals(course=sandbox.course, image=sandbox.image)):
        raise RefusedError(CloseCode.BEYOND, most=most)
    if sandbox.state != State.READY or sandbox.engine is None:
        is_being_claimed = sandbox.state == State.REQUESTED and timezone.now() - sandbox.state_at < CLAIM_TAKES
        raise RefusedError(CloseCode.NOT_READY, sandbox.state, may_pass_soon=is_being_claimed)
    return Door(access, sandbox.engine.socket, sandbox.machine, has_past=sandbox.scrollbacks.exists())
