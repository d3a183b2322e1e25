"""Who may come to a machine from outside, as in terminals and files, and on which engine it is found."""

from enum import Enum, auto
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_noop

from slipway.accounts import selectors as people
from slipway.accounts.models import User
from slipway.sandboxes.models import Sandbox
from slipway.sandboxes.states import State


class Access(Enum):
    """As whom a person comes to a machine."""

    OWNER = "owner"
    GRADER = "grader"


class Shut(Enum):
    """Why a machine is not open to a person."""

    NOT_SIGNED_IN = auto()
    NOT_YOURS = auto()
    NOT_FOUND = auto()
    OUT_OF_REACH = auto()


SAID = {
    Shut.NOT_SIGNED_IN: gettext_noop("Sign in to open this machine."),
    Shut.NOT_YOURS: gettext_noop("This machine belongs to somebody else."),
    Shut.NOT_FOUND: gettext_noop("This machine is gone. Open the lesson again for another one."),
    Shut.OUT_OF_REACH: gettext_noop(
        "The machine's host does not answer. The machine is kept, and comes back by itself."
    ),
}


class ShutError(Exception):
    """A person does not come to a machine; the text is what `SAID` has for it, to be told in the reader's language."""

    def __init__(self, why: Shut) -> None:
        super().__init__(SAID[why])
        self.why = why


def may_open(user: User | AnonymousUser, sandbox: Sandbox) -> Access | None:
    """Return as whom this person may come to the sandbox's machine, or None."""
    if not user.is_authenticated or not sandbox.course:
        return None
    if sandbox.owner_id == user.pk:
        return Access.OWNER
    return Access.GRADER if people.may_grade(user=user, course=sandbox.course) else None


def find_door(*, user: User | AnonymousUser, sandbox_id: UUID) -> tuple[Access, Sandbox]:
    """Return as whom, and to which sandbox with its engine; whether that is ready is not asked. Raise `ShutError`."""
    if not user.is_authenticated:
        raise ShutError(Shut.NOT_SIGNED_IN)
    sandbox = Sandbox.objects.select_related("engine").filter(pk=sandbox_id).first()
    if sandbox is None or sandbox.state == State.GONE:
        raise ShutError(Shut.NOT_FOUND)
    access = may_open(user, sandbox)
    if access is None:
        raise ShutError(Shut.NOT_YOURS)
    return access, sandbox


def is_out_of_reach(sandbox: Sandbox) -> bool:
    """Tell whether the engine of a sandbox, which was read along with it, is known not to answer."""
    return sandbox.engine is not None and sandbox.engine.lost_at is not None
