from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, their roles and how they sign in."""

    name = "slipway.accounts"
    default_auto_field = "django.db.models.BigAutoField"
