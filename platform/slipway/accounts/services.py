"""Writes about people."""

import secrets

from slipway.accounts.models import Interface, Language, User


def create_guest(*, language: Language) -> User:
    """Create a person who has no way to sign in yet, named like Guest 4f2a."""
    tag = secrets.token_hex(8)
    guest = User(username=f"guest-{tag}", first_name="Guest", last_name=tag[:4], is_guest=True, language=language)
    guest.set_unusable_password()
    guest.save()
    return guest


def choose_language(*, user: User, language: Language) -> None:
    """Keep the language in which a person reads lessons."""
    user.language = language
    user.save(update_fields=["language"])


def choose_interface(*, user: User, interface: Interface) -> None:
    """Keep the language in which a person reads the pages themselves, and gets mail."""
    user.interface = interface
    user.save(update_fields=["interface"])
