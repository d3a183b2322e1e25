"""The order of a question's options: the same each time, and not to be computed from what a page tells."""

from uuid import UUID

from pytest_django import Settings

from slipway.grading.seeds import seed_of
from slipway.lessonfile.model import AnswerField

ATTEMPT = UUID(int=1)
FIELD = AnswerField("answer", {"en": "In which order?"})


def test_a_seed_is_of_one_question_and_of_this_site(settings: Settings) -> None:
    """Another attempt, exercise or question has another one, and so has a site with another key."""
    settings.SECRET_KEY = "one"
    seed = seed_of(ATTEMPT, "ex-1", FIELD)
    assert seed == seed_of(ATTEMPT, "ex-1", FIELD)
    others = [seed_of(UUID(int=2), "ex-1", FIELD), seed_of(ATTEMPT, "ex-2", FIELD)]
    others.append(seed_of(ATTEMPT, "ex-1", AnswerField("other", {"en": "And this?"})))
    settings.SECRET_KEY = "another"
    others.append(seed_of(ATTEMPT, "ex-1", FIELD))
    assert seed not in others
    assert len(set(others)) == len(others)
