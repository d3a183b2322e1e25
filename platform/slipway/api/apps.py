from django.apps import AppConfig


class ApiConfig(AppConfig):
    """What programs see."""

    name = "slipway.api"
    default_auto_field = "django.db.models.BigAutoField"
