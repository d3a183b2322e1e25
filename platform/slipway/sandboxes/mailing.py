"""The mail that tells a learner when their machine is removed: what it says in one function, sending it in another.

No address is verified, so the mail holds nothing that whoever signed up wrote: a stranger may get it.
"""

import time
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from slipway.sandboxes import keeping
from slipway.sandboxes.models import Engine, Keeping

log = structlog.get_logger(__name__)

AT_ONCE = 20
# After that the next mail waits for the next round: a server may take 20 s to refuse one.
SEND_SECONDS = 30.0
NO_SERVER = "No mail server is set. Set SLIPWAY_EMAIL_HOST, and type ./slipway up."

_TEXT = gettext_noop("""Hello,

you have not used your machine of the course "{course}" since {since}. It is kept until the end of {day}, then it is
removed with what you made in it: files, images, containers and snapshots. Your progress and your answers stay.

To keep it, open any lesson of the course before that day:

{address}

If you do not need it any more, there is nothing to do.
""")


def send_due(*, row: Engine) -> None:
    """Tell the learners of one engine whose machines are removed soon; what fails is noted and tried again."""
    begin = time.monotonic()
    for kept in keeping.to_mail(row=row)[:AT_ONCE]:
        if time.monotonic() - begin > SEND_SECONDS:
            return
        promised = keeping.promise(keeping=kept)
        try:
            _send(message(kept, promised))
        except (OSError, SMTPException, ValueError) as error:
            log.warning("mail not sent, so a machine is kept longer", sandbox=str(kept.sandbox), error=str(error))
            keeping.not_mailed(keeping=kept, reason=str(error) or type(error).__name__)
            # A ValueError is of an address that cannot be written in a mail.
            if not isinstance(error, (SMTPRecipientsRefused, ValueError)):
                return  # the server's trouble, which the next would have as well
        else:
            keeping.mailed(keeping=kept, promised=promised)


def message(kept: Keeping, promised: datetime) -> EmailMessage:
    """Return the mail about one machine."""
    owner, course = kept.sandbox.owner, kept.sandbox.course
    if owner is None:
        raise ValueError(f"{kept.sandbox} has no learner")
    with translation.override(owner.interface or settings.LANGUAGE_CODE):
        day = _day(promised)
        text = gettext(_TEXT).format(
            course=course,
            since=_day(kept.suspended_at),
            day=day,
            address=f"{settings.PUBLIC_URL}/courses/{course}/",
        )
        return EmailMessage(gettext("Your machine is kept until {day}").format(day=day), text, to=[owner.email])


def _send(mail: EmailMessage) -> None:
    if not settings.CAN_MAIL:
        raise OSError(NO_SERVER)
    mail.send()


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")
