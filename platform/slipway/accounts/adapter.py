"""How sign-up treats a guest: the same person goes on, now with a name and a password."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Slipway's rules for allauth."""
