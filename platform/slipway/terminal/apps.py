from django.apps import AppConfig


class TerminalConfig(AppConfig):
    """Streams between browsers and shells."""

    name = "slipway.terminal"
    default_auto_field = "django.db.models.BigAutoField"
