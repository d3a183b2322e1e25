"""The policies of this installation: what a machine may use, by its image and whose it is."""

from django.conf import settings

from slipway.accounts import selectors as people
from slipway.accounts.models import User
from slipway.sandboxes.policy import Kind, Policies, Policy, Role


def of(kind: Kind) -> Policy:
    """Return the policy of a kind of machine."""
    installed: Policies = settings.POLICIES
    return installed.of(kind)


def role_of(*, user: User, course: str) -> Role:
    """Return as whom a person has machines in a course."""
    if people.works_on(user=user, course=course):
        return Role.STAFF
    return Role.GUEST if user.is_guest else Role.LEARNER


def of_pool(image: str) -> Policy:
    """Return the policy of warm machines. Nobody has them yet: they are made as for learners."""
    return of(Kind(image, Role.LEARNER))


def fits_pool(kind: Kind) -> bool:
    """Tell whether a warm machine can become one of this kind: by what may be changed while it runs."""
    return of(kind).fixed == of_pool(kind.image).fixed
