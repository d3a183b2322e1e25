"""What decides how an attempt's questions are mixed. It reads no database."""

from uuid import UUID

from django.utils.crypto import salted_hmac

from slipway.lessonfile.model import AnswerField


def seed_of(attempt_id: UUID, exercise: str, field: AnswerField) -> str:
    """Return the seed of a question's order: a page tells all that it is made of but the site's key.

    Without the key anybody could compute from the order on the page which one is right.
    """
    return salted_hmac("slipway.questions", f"{attempt_id} {exercise} {field.id}", algorithm="sha256").hexdigest()
