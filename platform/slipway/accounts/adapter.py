"""How sign-up treats a guest: the same person goes on, now with a name and a password."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from slipway.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Slipway's rules for allauth."""

    def new_user(self, request: HttpRequest) -> User:
        """Return the row that sign-up fills: the guest's own, so that all work stays with it, else a new one."""
        user = request.user
        if not user.is_authenticated or not user.is_guest:
            return User()
        guest = User.objects.get(pk=user.pk)
        guest.is_guest = False
        guest.first_name = guest.last_name = ""
        return guest
