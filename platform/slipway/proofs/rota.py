"""Which of what is proven is due to be proven again on a day: all of it within ten days. Pure: no IO."""

import hashlib
from datetime import date

DAYS = 10


def is_due(lesson: str, name: str, day: date) -> bool:
    """Say whether it is this one's day. The same name is due every tenth day, whatever else there is."""
    digest = hashlib.sha256(f"{lesson} {name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % DAYS == day.toordinal() % DAYS
