from django.apps import AppConfig


class PreviewConfig(AppConfig):
    """Web servers in machines, shown on host names of their own."""

    name = "slipway.preview"
    default_auto_field = "django.db.models.BigAutoField"
