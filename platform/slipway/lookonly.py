"""What the pages of Django's admin share that only show."""

from django.http import HttpRequest


class LookOnly:
    """No adding and no changing: courses are what their files say, machines what engines run, evidence what it was."""

    def has_add_permission(self, _request: HttpRequest, _parent: object = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, _request: HttpRequest, _row: object = None) -> bool:
        """Refuse."""
        return False
