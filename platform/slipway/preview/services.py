"""What is written about previews."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from slipway.preview.models import Share
from slipway.preview.names import Place


@transaction.atomic
def share(*, place: Place) -> Share:
    """Make a new link to a preview. An earlier one ends with it, so that there is one to withdraw."""
    withdraw(place=place)
    ends_at = timezone.now() + timedelta(seconds=settings.PREVIEW_SHARE_SECONDS)
    return Share.objects.create(sandbox_id=place.sandbox_id, port=place.port, ends_at=ends_at)


def withdraw(*, place: Place) -> None:
    """End the link to a preview; without one there is nothing to do."""
    Share.objects.filter(sandbox_id=place.sandbox_id, port=place.port).delete()
